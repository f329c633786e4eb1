import { expect, test } from "vitest";
import { stringify } from "yaml";
import { secretsOf } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/load.ts";
import { proxiesIn } from "../../src/config/proxies.ts";
import { createScrubber } from "../../src/core/secret.ts";
import { originOf, problemsOf, smallest } from "../support/config.ts";

test.each([
  [{}, undefined],
  [{ HTTPS_PROXY: "" }, undefined],
  [{ HTTP_PROXY: "http://proxy:3128" }, undefined],
  [{ HTTPS_PROXY: "http://proxy:3128/" }, "http://proxy:3128 of HTTPS_PROXY"],
  [{ https_proxy: "https://one", HTTPS_PROXY: "http://other" }, "https://one of https_proxy"],
  [{ https_proxy: "", HTTPS_PROXY: "http://other" }, "http://other of HTTPS_PROXY"],
  [{ HTTPS_PROXY: "proxy:3128" }, "http://proxy:3128 of HTTPS_PROXY"],
  [{ HTTPS_PROXY: "user:pw@proxy:3128" }, "http://proxy:3128 of HTTPS_PROXY as user:pw"],
  [{ HTTPS_PROXY: "http://u%40a:p%2Fw@[::1]:8" }, "http://[::1]:8 of HTTPS_PROXY as u@a:p/w"],
  [{ HTTPS_PROXY: "http://u:100%@proxy" }, "http://proxy of HTTPS_PROXY as u:100%"],
])("%j: what is encrypted leaves through %s", (env, expected) => {
  const { proxies, findings } = proxiesIn(env);
  const { https } = proxies;
  const login = https?.login ? ` as ${https.login.reveal()}` : "";
  expect(https && `${https.url} of ${https.variable}${login}`).toBe(expected);
  expect(findings).toEqual([]);
});

test("hosts without a proxy are separated by commas or spaces", () => {
  const { proxies } = proxiesIn({ NO_PROXY: "a.example, .b.example:443  ::1,", no_proxy: "" });
  expect(proxies.except).toEqual(["a.example", ".b.example:443", "::1"]);
});

test("a proxy's login is a secret, in whole and in part; its address is none", () => {
  const env = { HTTPS_PROXY: "http://watcher:canary%2fsecret@proxy.example:3128" };
  const { config } = parseConfig(stringify(smallest()), originOf(env));
  const login = "watcher:canary/secret";
  const shown = [env.HTTPS_PROXY, login, "canary/secret", Buffer.from(login).toString("base64")];
  expect(createScrubber(secretsOf(config)).scrub(shown.join("\n"))).not.toMatch(/canary|Y2FuYXJ5/);
  expect(createScrubber(secretsOf(config)).scrub("http://proxy.example")).toContain("example");
  expect(JSON.stringify(config)).not.toContain("canary");
  const token = secretsOf(proxiesIn({ HTTPS_PROXY: "http://canary-token@proxy" }).proxies);
  expect(createScrubber(token).scrub("canary-token")).toBe("***");
});

test.each(["socks5://canary:1080", "http://", "canary canary"])(
  "a proxy of another kind is refused with the rest of the file, and not shown: %s",
  (HTTPS_PROXY) => {
    const text = stringify({ ...smallest(), scedule: "60s" });
    const problems = problemsOf(text, originOf({ HTTPS_PROXY }));
    expect(problems).toEqual([
      "1:1 the environment variable HTTPS_PROXY must be the address of an HTTP proxy, such as http://proxy.example.com:3128",
      expect.stringContaining("scedule: is an unknown key"),
    ]);
  },
);
