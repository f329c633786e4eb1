import { validate as isCron } from "node-cron";
import { z } from "zod";
import type { Rate } from "../core/access.ts";
import { isProtected } from "../core/address.ts";
import { parseDuration } from "../core/duration.ts";
import type { Listen } from "./config.ts";
import type { ReadText } from "./interpolate.ts";

/** What is said of a value that is none of what the option accepts. */
export function mustBe(accepted: string) {
  // An unknown key has words of its own (issues.ts).
  return {
    error: ({ code }: z.core.$ZodRawIssue) =>
      code === "unrecognized_keys" ? undefined : `must be ${accepted}`,
  };
}

/** A text that `parse` understands; `accepted` completes "must be …". */
export function parsed<Value>(accepted: string, parse: (text: string) => Value | undefined) {
  return z.string(mustBe(accepted)).transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue(`must be ${accepted}`);
    return z.NEVER;
  });
}

/** A text that is kept as it is if `accepts` says so. */
export function checked(accepted: string, accepts: (text: string) => boolean) {
  return parsed(accepted, (text) => (accepts(text) ? text : undefined));
}

/** Any text but an empty one. */
export function text() {
  return checked("a text that is not empty", (value) => value !== "");
}

/** A list that is not empty. */
export function list<Item extends z.ZodType>(item: Item, noun: string) {
  const accepted = mustBe(`a list of at least one of the ${noun}`);
  return z.array(item, accepted).min(1, accepted);
}

/** A whole number; one that was put together from variables is still a text. */
export function wholeNumber(least = 1) {
  const accepted = mustBe(`a whole number, ${least} or more`);
  return z.preprocess(numeric, z.int(accepted).min(least, accepted));
}

/** By what one multiplies to get no less. */
export function factor() {
  const accepted = mustBe("a number, 1 or more");
  return z.preprocess(numeric, z.number(accepted).min(1, accepted));
}

function numeric(value: unknown): unknown {
  return typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

/** A duration of more than nothing, in milliseconds. */
export function duration() {
  return parsed("a duration such as 500ms, 30s, 5m, 2h or 7d", positiveDuration);
}

const scheduleForms =
  "a duration such as 60s, a cron expression, or { every: 60s, while_changing: 15s, jitter: 10% }";

/** Like core's `Schedule`, but for the time zone, which is set once for the whole file. */
export function schedule() {
  return z.union(
    [
      parsed(scheduleForms, (value) => {
        const everyMs = positiveDuration(value);
        if (everyMs !== undefined) return { everyMs, jitter: 0 };
        return isCron(value) ? { cron: value } : undefined;
      }),
      z
        .strictObject({
          every: duration().describe("Time between the starts of two polls of a connection."),
          while_changing: duration()
            .exactOptional()
            .describe(
              "The same while something is CREATING or waits to be confirmed. Default: `every`.",
            ),
          jitter: share()
            .prefault("0%")
            .describe("Share of it, 0% to 100%, by which a start may be late."),
        })
        .transform(({ every, while_changing, jitter }) => ({
          everyMs: every,
          ...(while_changing !== undefined && { whileChangingMs: while_changing }),
          jitter,
        })),
    ],
    mustBe(scheduleForms),
  );
}

const digestForms = "a duration such as 15m, or a cron expression";

/** Like core's `DigestTime`, but for the time zone. */
export function digestTime() {
  return parsed(digestForms, (value) => {
    const afterMs = positiveDuration(value);
    if (afterMs !== undefined) return { afterMs };
    return isCron(value) ? { cron: value } : undefined;
  });
}

/** A cron expression. */
export function cron() {
  return checked('a cron expression such as "0 2 * * 0"', isCron);
}

/** A percentage, as a number from 0 to 1. */
function share() {
  return parsed("a percentage from 0% to 100%", (value) => {
    const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(value) ?? [];
    return percent !== undefined && Number(percent) <= 100 ? Number(percent) / 100 : undefined;
  });
}

/** How many requests in how much time. */
export function rate() {
  return parsed("a count in a duration, such as 20/1m", (value): Rate | undefined => {
    const [, count, per = ""] = /^(\d+)\/(.+)$/.exec(value) ?? [];
    const perMs = positiveDuration(per);
    return Number(count) > 0 && perMs !== undefined ? { count: Number(count), perMs } : undefined;
  });
}

/** The name of a time zone. */
export function timezone() {
  return checked("an IANA time zone such as Europe/Berlin", (value) => {
    if (value === "UTC") return true; // the usual one, and the first to be asked waits for ICU
    try {
      Intl.DateTimeFormat("en", { timeZone: value });
      return true;
    } catch {
      return false;
    }
  });
}

/** The name of a region, whether there is one or not. */
export function region() {
  return checked("a region such as cn-north-4", (value) => /^[a-z]+(?:-[a-z0-9]+)+$/.test(value));
}

/** The base URL of an API; keys and tokens go there, so it is encrypted or does not leave the machine. */
export function endpoint() {
  return parsed(
    "an https:// URL without user, query or fragment (http:// only on this machine)",
    (value) => {
      if (!URL.canParse(value)) return undefined;
      const url = new URL(value);
      const { username, password, search, hash, href } = url;
      return isProtected(url) && `${username}${password}${search}${hash}` === ""
        ? href.replace(/\/+$/, "")
        : undefined;
    },
  );
}

/** The address of a page for people to open. */
export function webPage() {
  return parsed("an https:// URL without user", (value) => {
    const { protocol, username, password, href } = URL.parse(value) ?? {};
    return protocol === "https:" && `${username}${password}` === "" ? href : undefined;
  });
}

/** Where people reach this installation: a base URL without a slash at its end. */
export function publicUrl() {
  return parsed("an http:// or https:// URL without user, query or fragment", (value) => {
    const { protocol = "", username, password, search, hash, href } = URL.parse(value) ?? {};
    return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ""
      ? href?.replace(/\/+$/, "")
      : undefined;
  });
}

/** Where to listen; an IPv6 address stands in brackets. */
export function listen() {
  return parsed("host:port such as 127.0.0.1:8080 or [::1]:8080", (value): Listen | undefined => {
    const [, bracketed, plain, port] =
      /^(?:\[([\da-fA-F:]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(value) ?? [];
    const host = bracketed ?? plain;
    return host !== undefined && Number(port) < 65_536 ? { host, port: Number(port) } : undefined;
  });
}

/** The text of a file of certificates. */
export function certificates(readText: ReadText) {
  return z.string(mustBe("the path of a PEM file")).transform((path, context) => {
    const { text: pem, reason } = readText(path);
    if (pem?.includes("-----BEGIN CERTIFICATE-----")) return pem;
    context.addIssue(reason ?? "names a file without a PEM certificate");
    return z.NEVER;
  });
}

function positiveDuration(value: string): number | undefined {
  return parseDuration(value) || undefined;
}
