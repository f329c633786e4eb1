import { z } from "zod";
import type { KeyPair } from "../core/access.ts";
import { secretText } from "../core/secret.ts";
import { logLevels } from "./config.ts";
import { heartbeat } from "./heartbeat.ts";
import { hint } from "./hint.ts";
import type { ReadText } from "./interpolate.ts";
import { matcher } from "./matcher.ts";
import { type NotifierKinds, notifiers } from "./notifier.ts";
import { policy } from "./policy.ts";
import { project } from "./project.ts";
import {
  checked,
  cron,
  digestTime,
  duration,
  factor,
  list,
  listen,
  mustBe,
  publicUrl,
  schedule,
  text,
  timezone,
} from "./values.ts";

/** What a checked file holds, in the file's own words. */
export type ConfigFile = z.output<ReturnType<typeof configFile>>;

/** What some keys are where the file leaves them out. */
export interface Defaults {
  readonly listen: string;
  readonly store: string;
  /** Of a project's `auth`. */
  readonly keys?: KeyPair | undefined;
}

/** The defaults of a program that stands alone, not in a container. */
export const ownDefaults: Defaults = { listen: "127.0.0.1:8080", store: "./data/dli-watch.db" };

/** The language of the configuration file. */
export function configFile(
  kinds: NotifierKinds,
  readText: ReadText,
  defaults: Defaults = ownDefaults,
) {
  return z.strictObject(
    {
      name: text()
        .prefault("dli-watch")
        .describe("Name of this installation, in events and messages."),
      public_url: publicUrl()
        .exactOptional()
        .describe(
          "Address at which people reach this installation, such as https://watch.example.com; links to pages of connections begin with it. Default: none.",
        ),
      schedule: schedule()
        .prefault("60s")
        .describe(
          "When each connection is polled: a duration between two starts, a cron expression, or a map with `every`.",
        ),
      timezone: timezone()
        .prefault("UTC")
        .describe("IANA time zone of cron expressions and of times shown to people."),
      projects: list(project(readText, defaults.keys), "projects").describe(
        "Projects of Huawei Cloud to watch, each in one region.",
      ),
      notifiers: notifiers(kinds).describe("Who can be told, each by a NAME of your choice."),
      routes: z
        .array(route(), mustBe("a list of routes"))
        .prefault([])
        .describe(
          "Who is told what: every route that matches sends. Without any, all are told everything.",
        ),
      unrouted: z
        .enum(["notify", "drop"])
        .prefault("notify")
        .describe(
          "What becomes of a warning or critical notice that no route matched: `notify` tells all, `drop` nobody.",
        ),
      mutes: z
        .array(mute(), mustBe("a list of mutes"))
        .prefault([])
        .describe(
          "Planned times in which notices are recorded, but not told; recoveries of what was told before are.",
        ),
      policy: policy().prefault({}).describe("When something counts and is told."),
      hints: z
        .array(hint(), mustBe("a list of hints"))
        .prefault([])
        .describe(
          "Causes and remedies to tell beside a reason: the first that matches, before those that dli-watch knows.",
        ),
      store: checked("the path of a file", (path) => path !== "" && !/^\w+:\/\//.test(path))
        .prefault(defaults.store)
        .describe(
          "SQLite file with states, history and outbox, relative to this file; `$DLI_WATCH_STORE` changes the default.",
        ),
      retention: duration().prefault("90d").describe("How long the history is kept."),
      server: server(defaults.listen)
        .prefault({})
        .describe("API, health checks and metrics over HTTP."),
      heartbeat: heartbeat()
        .exactOptional()
        .describe(
          "A dead man's switch, such as healthchecks.io: it is told while this watcher sees and tells, and raises the alarm when it hears nothing. Default: none.",
        ),
      log: z
        .strictObject({
          level: z
            .enum(logLevels)
            .prefault("info")
            .describe("Least important level that is written: `debug`, `info`, `warn` or `error`."),
        })
        .prefault({})
        .describe("The log on standard output."),
    },
    mustBe("a map that starts with keys such as projects: and notifiers:"),
  );
}

function route() {
  return z.strictObject({
    match: matcher.describe(
      "Which notices: all keys must match, each by a glob, a list of globs, or `{ not: … }` with either.",
    ),
    notify: list(text(), "notifiers").describe("Names of the notifiers that are told."),
    delay: duration()
      .exactOptional()
      .describe(
        "How long a problem waits before it is told; it is not, if it is over by then. Default: it is told at once.",
      ),
    digest: digestTime()
      .exactOptional()
      .describe(
        "Collects notices and tells them as one: so long after the first of them, or at the times of a cron expression. Default: each is told by itself.",
      ),
    remind: remind()
      .exactOptional()
      .describe(
        "How long after it was told they are reminded of what is still bad: a duration, or a map with `first`. Default: never.",
      ),
  });
}

function mute() {
  return z.strictObject({
    name: text().describe("Shown where the mute is named; no two share it."),
    match: matcher.describe("Which notices are not told: like `match` of a route."),
    cron: cron().describe("When it begins, as a cron expression."),
    for: duration().describe("How long it lasts each time."),
    timezone: timezone()
      .exactOptional()
      .describe("IANA time zone of `cron`. Default: the file's `timezone`."),
  });
}

/** Like core's `Remind`. */
function remind() {
  const forms = mustBe("a duration such as 4h, or { first: 1h, factor: 2, max: 1d }");
  return z.union(
    [
      duration().transform((firstMs) => ({ firstMs, factor: 1, maxMs: firstMs })),
      z
        .strictObject({
          first: duration().describe("Time before the first reminder."),
          factor: factor()
            .prefault(2)
            .describe("By how much longer the time before each further one is."),
          max: duration().prefault("1d").describe("The longest time between two."),
        })
        .refine(({ first, max }) => max >= first, {
          ...mustBe("as long as `first`, or longer"),
          path: ["max"],
        })
        .transform(({ first, factor, max }) => ({ firstMs: first, factor, maxMs: max })),
    ],
    forms,
  );
}

function server(defaultListen: string) {
  return z.strictObject({
    listen: listen()
      .prefault(defaultListen)
      .describe("Address and port to listen on; `$DLI_WATCH_LISTEN` changes the default."),
    token: secretText()
      .exactOptional()
      .describe("Password that everything but the health checks asks for. Default: none."),
    hosts: z
      .array(text(), mustBe("a list of host names"))
      .prefault([])
      .describe(
        "Host names under which the API may be asked, beside that of `public_url`. Without any: addresses, and every name where there is a token.",
      ),
  });
}
