import { z } from "zod";
import type { KeyPair } from "../core/access.ts";
import { pollBys } from "../core/listing.ts";
import { connectionKinds } from "../core/model.ts";
import { auth } from "./auth.ts";
import { discovery } from "./discovery.ts";
import type { ReadText } from "./interpolate.ts";
import {
  certificates,
  checked,
  endpoint,
  list,
  mustBe,
  rate,
  region,
  schedule,
  text,
  wholeNumber,
} from "./values.ts";

/** A project with its credentials and connections. */
export function project(readText: ReadText, keys: KeyPair | undefined) {
  return z.strictObject({
    name: text().describe("Shown in messages; no two projects share it."),
    region: region()
      .exactOptional()
      .describe(
        "Region such as cn-north-4, which gives `endpoint`; one of the two is needed. Default: none.",
      ),
    endpoint: endpoint()
      .exactOptional()
      .describe("Base URL of the DLI API. Default: the region's."),
    project_id: checked("32 hexadecimal digits", (value) => /^[0-9a-f]{32}$/i.test(value)).describe(
      "Id of the project in Huawei Cloud, 32 hexadecimal digits.",
    ),
    auth: auth(keys).describe(
      "Credentials, in one of several forms. Default: a key pair in the environment.",
    ),
    rate: rate()
      .prefault("20/1m")
      .describe(
        "Requests this watcher may make here, as count/duration, spread evenly; others share the quota.",
      ),
    concurrency: wholeNumber()
      .prefault(4)
      .describe("Requests under way at the same time, at most."),
    poll_by: z
      .enum(pollBys)
      .prefault("auto")
      .describe(
        "How enhanced connections of one schedule are polled: together by their `list`, each by itself (`show`), or `auto`, as needs fewer requests.",
      ),
    connections: list(connection(), "connections")
      .exactOptional()
      .describe(
        "Datasource connections to watch, each by its id alone or as a map; needed without `discover`. Default: none.",
      ),
    discover: discovery()
      .exactOptional()
      .describe(
        "Watches other connections too, as they appear: `true` for all, or a map that says which. Default: none.",
      ),
    ca_file: certificates(readText)
      .exactOptional()
      .describe(
        "PEM file of certificates to trust beside the system's, relative to this file. Default: none.",
      ),
  });
}

function connection() {
  const id = () => checked("the id of a connection", (value) => /^[A-Za-z0-9-]{1,64}$/.test(value));
  return z.union(
    [
      id()
        .transform((value) => ({ id: value }))
        .pipe(connectionDetails(z.string())),
      connectionDetails(id()),
    ],
    mustBe("the id of a connection, or a map with its id"),
  );
}

function connectionDetails<Id extends z.ZodType<string>>(id: Id) {
  return z.strictObject({
    id: id.describe("Id of the connection."),
    kind: z
      .enum(["auto", ...connectionKinds])
      .prefault("auto")
      .describe(
        "`basic` or `enhanced`; with `auto` enhanced is asked first, then basic, and what answered is remembered.",
      ),
    name: text()
      .exactOptional()
      .describe("Shown in messages, and matched by routes. Default: the API's name."),
    schedule: schedule()
      .exactOptional()
      .describe("When this connection is polled. Default: the file's `schedule`."),
    labels: z
      .record(
        text(),
        z.string(mustBe("a text (in quotes if it is a number)")),
        mustBe("a map of texts"),
      )
      .prefault({})
      .describe("Labels that routes can match, as `labels.X`."),
  });
}
