import { expect, test } from "vitest";
import { stringify } from "yaml";
import { parseConfig } from "../../src/config/load.ts";
import { originOf, problemsOf, smallest } from "../support/config.ts";

/** What the image sets. */
const env = { DLI_WATCH_LISTEN: "0.0.0.0:8080", DLI_WATCH_STORE: "/data/dli-watch.db" };

test.each([
  ["the environment gives the defaults", {}, env, "0.0.0.0", "/data/dli-watch.db"],
  [
    "the file wins",
    { store: "watch.db", server: { listen: "[::1]:80" } },
    env,
    "::1",
    "/etc/watch.db",
  ],
  [
    "a relative path is relative to the file",
    {},
    { DLI_WATCH_STORE: "a.db" },
    "127.0.0.1",
    "/etc/a.db",
  ],
  ["an empty variable is none", {}, { DLI_WATCH_STORE: "" }, "127.0.0.1", "/etc/data/dli-watch.db"],
])("%s", (_, data, surroundings, host, store) => {
  const { config } = parseConfig(stringify({ ...smallest(), ...data }), originOf(surroundings));
  expect(config).toMatchObject({ store, server: { listen: { host } } });
});

test("a default that cannot be used is a problem", () => {
  const origin = originOf({ DLI_WATCH_LISTEN: "8080", DLI_WATCH_STORE: "postgres://db/watch" });
  expect(problemsOf(stringify(smallest()), origin)).toEqual([
    "1:1 store: is missing: it must be the path of a file",
    "1:1 server.listen: is missing: it must be host:port such as 127.0.0.1:8080 or [::1]:8080",
  ]);
});
