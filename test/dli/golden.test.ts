import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Listing } from "../../src/core/listing.ts";
import type { Observation } from "../../src/core/model.ts";
import { answers, benchForEach, enhancedId, goldenReply } from "../support/dli-client.ts";
import { serveHttp } from "../support/loopback.ts";

const bench = benchForEach();

/** The golden files of a kind, by name. */
function names(kind: "replies" | "errors"): readonly string[] {
  const files = readdirSync(new URL(`../golden/${kind}/`, import.meta.url));
  return files.map((file) => file.replace(/\.json$/, ""));
}

describe("a reply as the API documents it", () => {
  test.each(names("replies").map((name) => goldenReply(name)))(
    "$what",
    async ({ kind, id, body, becomes }) => {
      await using server = await serveHttp(answers([200, JSON.stringify(body)]).listener);
      const client = bench.client(server.url);
      const asked: Promise<Observation | Listing> =
        id === undefined ? client.list(kind) : client.poll({ id, kind });
      expect(await bench.settled(asked)).toEqual(becomes);
    },
  );
});

/** A status, a body, and what they come to: that it is gone, or why nobody knows. */
const errors = z.array(z.tuple([z.int(), z.json(), z.string()]));

describe.each(names("errors"))("an error: %s", (name) => {
  const file = new URL(`../golden/errors/${name}.json`, import.meta.url);
  test.each(errors.parse(JSON.parse(readFileSync(file, "utf8"))))(
    "%d %j is %s",
    async (status, body, outcome) => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      await using server = await serveHttp(answers([status, text]).listener);
      const asked = bench.client(server.url).poll({ id: enhancedId, kind: "enhanced" });
      const came = await bench.settled(asked);
      const told = came.outcome === "failed" ? came.failure : { cause: came.outcome, message: "" };
      const [, code] = /"error_code":"([^"]*)"/.exec(text) ?? [];
      const [, requestId] = /"request_id":"([^"]*)"/.exec(text) ?? [];
      expect(told).toMatchObject({ cause: outcome, ...(requestId && { requestId }) });
      const said = [`${server.host} answered`, status, code].filter(Boolean).join(" ");
      expect(JSON.stringify(came)).toContain(said);
    },
  );
});
