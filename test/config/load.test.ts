import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { changesBetween } from "../../src/config/changes.ts";
import { sameConfig, secretsOf } from "../../src/config/config.ts";
import { openConfig, parseConfig, readConfigText } from "../../src/config/load.ts";
import { noticeTypes } from "../../src/core/event.ts";
import { Secret } from "../../src/core/secret.ts";
import { originOf, problemsOf, smallest } from "../support/config.ts";

const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

function load(data: object, env = {}, files = {}) {
  const { config, problems } = parseConfig(stringify(data), originOf(env, files));
  expect(problems).toBeUndefined();
  if (!config) throw new Error("There is no configuration.");
  return config;
}

/** The smallest file with a project of these properties. */
function project(properties: object) {
  const [first] = smallest().projects;
  return { ...smallest(), projects: [{ ...first, ...properties }] };
}

describe("a configuration", () => {
  test("has every default filled in", () => {
    const config = load(smallest());
    expect(config).toEqual({
      name: "dli-watch",
      timezone: "UTC",
      projects: [
        {
          name: "prod",
          region: "cn-north-4",
          endpoint: "https://dli.cn-north-4.myhuaweicloud.com",
          projectId: "48cc2c48765f481480c7db940d6409d1",
          auth: { type: "token", token: expect.anything() },
          rate: { count: 20, perMs: 60_000 },
          concurrency: 4,
          pollBy: "auto",
          connections: [
            {
              id: "378eb1e6-521d-41a4-a41c-bbb58f34a6d6",
              kind: "auto",
              schedule: { everyMs: 60_000, jitter: 0 },
              labels: {},
            },
          ],
        },
      ],
      notifiers: [
        {
          name: "oncall",
          type: "slack",
          voice: { language: "en", timezone: "UTC" },
          options: { url: expect.anything() },
          secrets: [expect.anything()],
        },
      ],
      routing: { routes: [], unrouted: "notify", notifiers: ["oncall"] },
      proxies: { except: [] },
      policy: {
        confirm: { other: 1, gone: 2, states: { FAILED: 1 } },
        unreachableAfter: 3,
        firstSight: "failed",
        stuckAfterMs: { CREATING: 900_000 },
        flapping: { changes: 6, withinMs: 1_800_000 },
        storm: { over: 10, withinMs: 60_000 },
      },
      hints: [],
      mutes: [],
      store: "/etc/data/dli-watch.db",
      retentionMs: 90 * 86_400_000,
      server: { listen: { host: "127.0.0.1", port: 8080 }, hosts: [] },
      logLevel: "info",
    });
  });

  test("gives up its secrets only where they are revealed", () => {
    const keys = { access_key: "AK-text", secret_key: "SK-text", security_token: "ST-text" };
    const config = load({
      ...project({ auth: keys }),
      notifiers: { hook: { type: "webhook", url: "https://ops.example", secret: "WS-text" } },
      server: { token: "DT-text" },
    });
    const texts = ["AK-text", "SK-text", "ST-text", "WS-text", "DT-text"];
    const found = secretsOf(config).map((secret: Secret) => secret.reveal());
    expect(new Set(found)).toEqual(new Set(texts));
    for (const text of texts) {
      expect(JSON.stringify(config) + inspect(config, { depth: null })).not.toContain(text);
    }
  });

  const user = { username: "watcher", password: "PW-text", domain: "acme" };
  test.each([
    [{ region: "cn-north-4", auth: user }, "https://iam.cn-north-4.myhuaweicloud.com"],
    [{ region: "eu-west-101", auth: user }, "https://iam.eu-west-101.myhuaweicloud.eu"],
    [
      { endpoint: "https://dli.example", region: "eu-de", auth: user },
      "https://iam.eu-de.otc.t-systems.com",
    ],
    [{ auth: { ...user, iam_endpoint: "https://iam.example/" } }, "https://iam.example"],
  ])("finds IAM, where a user gets tokens: %j", (properties, iamEndpoint) => {
    const { auth } = load(project(properties)).projects[0] ?? {};
    const { username, domain } = user;
    const password = expect.any(Secret);
    expect(auth).toEqual({ type: "password", username, password, domain, iamEndpoint });
  });

  test("takes the temporary keys of the ECS where it is told to", () => {
    const config = load(project({ auth: { metadata: true } }));
    expect(config.projects[0]?.auth).toEqual({ type: "metadata" });
  });

  test.each([
    [{ HUAWEICLOUD_SDK_AK: "AK", HUAWEICLOUD_SDK_SK: "SK", HW_ACCESS_KEY: "x" }, ["AK", "SK"]],
    [
      { HW_ACCESS_KEY: "AK", HW_SECRET_KEY: "SK", HW_SECURITY_TOKEN: "ST", OS_ACCESS_KEY: "x" },
      ["AK", "SK", "ST"],
    ],
    [{ HUAWEICLOUD_SDK_AK: "x", OS_ACCESS_KEY: "AK", OS_SECRET_KEY: "SK" }, ["AK", "SK"]],
  ])("without auth takes the keys in the environment: %j", (env, revealed) => {
    const { config } = parseConfig(stringify(project({ auth: undefined })), originOf(env));
    const { auth } = config?.projects[0] ?? {};
    expect(auth).toMatchObject({ type: "keys" });
    expect(secretsOf(auth).map((secret: Secret) => secret.reveal())).toEqual(revealed);
  });

  test("hands the schedule and the time zone down to each connection", () => {
    const config = load({
      ...project({
        connections: [
          "one",
          { id: "two", schedule: "5m" },
          { id: "three", schedule: { every: "30s", while_changing: "5s", jitter: "12.5%" } },
        ],
      }),
      schedule: "*/5 * * * *",
      timezone: "Asia/Shanghai",
    });
    expect(config.projects[0]?.connections.map(({ schedule }) => schedule)).toEqual([
      { cron: "*/5 * * * *", timezone: "Asia/Shanghai" },
      { everyMs: 300_000, jitter: 0 },
      { everyMs: 30_000, whileChangingMs: 5_000, jitter: 0.125 },
    ]);
  });

  test.each([
    [{ region: "eu-west-101" }, "https://dli.eu-west-101.myhuaweicloud.eu"],
    [{ region: "eu-de" }, "https://dli.eu-de.otc.t-systems.com"],
    [{ region: "cn-north-11" }, "https://dli.cn-north-11.myhuaweicloud.com"],
    [{ region: "xx-moon-1" }, "https://dli.xx-moon-1.myhuaweicloud.com"],
    [{ region: "cn-nroth-4", endpoint: "https://dli.example/api/" }, "https://dli.example/api"],
    [{ region: undefined, endpoint: "http://127.0.0.1:4000" }, "http://127.0.0.1:4000"],
    [{ endpoint: "http://localhost:4000/" }, "http://localhost:4000"],
    [{ endpoint: "http://[::1]:4000/" }, "http://[::1]:4000"],
  ])("of the project %j asks %s", (properties, endpoint) => {
    expect(load(project(properties)).projects[0]?.endpoint).toBe(endpoint);
  });

  test("finds its files beside itself", () => {
    const data = { ...project({ ca_file: "tls/corp.pem" }), store: "../var/watch.db" };
    const config = load(data, {}, { "/etc/tls/corp.pem": pem });
    expect(config.projects[0]?.ca).toBe(pem);
    expect(config.store).toBe("/var/watch.db");
  });

  test("takes numbers and words from variables", () => {
    const data = {
      ...project({ concurrency: `\${N}` }),
      log: { level: `\${LEVEL}` },
      server: { listen: `[::1]:\${PORT}` },
      policy: { confirm: `\${N}` },
    };
    const config = load(data, { N: "7", LEVEL: "debug", PORT: "0" });
    expect(config).toMatchObject({
      projects: [{ concurrency: 7 }],
      logLevel: "debug",
      server: { listen: { host: "::1", port: 0 } },
      policy: { confirm: { other: 7, gone: 7, states: {} } },
    });
  });

  test.each([
    [1, { other: 1, gone: 1, states: {} }],
    [{}, { other: 1, gone: 2, states: { FAILED: 1 } }],
    [{ failed: 3 }, { other: 1, gone: 2, states: { FAILED: 3 } }],
    [
      { ACTIVE: 2, gone: 5 },
      { other: 1, gone: 5, states: { FAILED: 1, ACTIVE: 2 } },
    ],
  ])("with confirm %j waits for %j", (confirm, expected) => {
    expect(load({ ...smallest(), policy: { confirm } }).policy.confirm).toEqual(expected);
  });

  test.each([
    [{ stuck: {} }, { stuckAfterMs: {} }],
    [
      { stuck: { frozen: "1h", Creating: "5m" } },
      { stuckAfterMs: { FROZEN: 3_600_000, CREATING: 300_000 } },
    ],
    [{ flapping: false }, { flapping: false }],
    [{ flapping: { changes: 10 } }, { flapping: { changes: 10, withinMs: 1_800_000 } }],
    [{ flapping: { within: "1h" } }, { flapping: { changes: 6, withinMs: 3_600_000 } }],
  ])("with policy %j goes by %j", (policy, expected) => {
    expect(load({ ...smallest(), policy }).policy).toMatchObject(expected);
  });

  const day = 86_400_000;
  test.each([
    ["4h", { firstMs: day / 6, factor: 1, maxMs: day / 6 }],
    [{ first: "1h" }, { firstMs: day / 24, factor: 2, maxMs: day }],
    [
      { first: "1h", factor: "1.5", max: "7d" },
      { firstMs: day / 24, factor: 1.5, maxMs: 7 * day },
    ],
  ])("with remind %j reminds at %j", (remind, expected) => {
    const { routes } = load({
      ...smallest(),
      routes: [{ match: {}, notify: ["oncall"], remind }],
    }).routing;
    expect(routes).toMatchObject([{ remind: expected }]);
  });

  test("has routes as core knows them", () => {
    const match = {
      severity: ["warning", "critical"],
      "labels.team": "data",
      "labels.a.b": { not: ["x"] },
      not: { name: "test-*", not: { from: { not: "A" } } },
    };
    expect(load({ ...smallest(), routes: [{ match, notify: ["oncall"] }] }).routing.routes).toEqual(
      [
        {
          match: {
            patterns: { severity: ["warning", "critical"] },
            labels: { team: "data", "a.b": { not: ["x"] } },
            not: {
              patterns: { name: "test-*" },
              labels: {},
              not: { patterns: { from: { not: "A" } }, labels: {} },
            },
          },
          notify: ["oncall"],
        },
      ],
    );
  });

  test.each([
    ["dli-watch.transition", "transition"],
    [
      ["dli-watch.re*", "detail"],
      ["re*", "detail"],
    ],
    [{ not: "dli-watch.detail" }, { not: "detail" }],
    [{ not: ["dli-watch.detail"] }, { not: ["detail"] }],
  ])("takes the type of a notice as events carry it: %j", (type, expected) => {
    const routes = [{ match: { type }, notify: ["oncall"] }];
    const [route] = load({ ...smallest(), routes }).routing.routes;
    expect(route?.match.patterns.type).toEqual(expected);
  });

  test.each([
    ["https://watch.example.com", "https://watch.example.com"],
    ["https://watch.example.com/", "https://watch.example.com"],
    ["http://10.0.0.7:8080/dli//", "http://10.0.0.7:8080/dli"],
  ])("is reached at %s: links begin with %s", (public_url, publicUrl) => {
    expect(load({ ...smallest(), public_url }).publicUrl).toBe(publicUrl);
  });

  test("has hints as core knows them", () => {
    const hint = { cause: "The agency.", action: "Grant it.", link: "https://wiki.example/VPC 1" };
    const file = { ...smallest(), hints: [{ match: "VPC\\.0202", ...hint }] };
    const { hints } = load(file);
    expect(hints).toEqual([
      {
        match: "VPC\\.0202",
        isIn: expect.any(Function),
        hint: { ...hint, link: "https://wiki.example/VPC%201" },
      },
    ]);
    expect(["vpc.0202 not found", "VPC-0202"].map((text) => hints[0]?.isIn(text))).toEqual([
      true,
      false,
    ]);
    expect(sameConfig(load(file), load(file))).toBe(true);
    const other = { ...smallest(), hints: [{ match: "VPC\\.0203", ...hint }] };
    expect(changesBetween(load(file), load(other))).toEqual(["hints changed"]);
  });

  test("keeps a notifier's own options apart from what every notifier has", () => {
    const hook = {
      type: "webhook",
      url: "https://ops.example",
      fallback: "oncall",
      language: "zh",
    };
    const { notifiers } = smallest();
    const file = { ...smallest(), notifiers: { hook, ...notifiers }, timezone: "Asia/Shanghai" };
    expect(load(file).notifiers[0]).toEqual({
      name: "hook",
      type: "webhook",
      fallback: "oncall",
      voice: { language: "zh", timezone: "Asia/Shanghai" },
      options: { url: "https://ops.example", retries: 3 },
      secrets: [],
    });
  });
});

describe("what cannot be, is a problem:", () => {
  const auth =
    "needs access_key and secret_key (with security_token if they are temporary), or token, or username, password and domain, or metadata: true";
  const user = { username: "u", password: "p", domain: "d" };
  const variables =
    "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or HW_ACCESS_KEY and HW_SECRET_KEY, or OS_ACCESS_KEY and OS_SECRET_KEY";
  const url =
    "must be an https:// URL without user, query or fragment (http:// only on this machine)";
  const schedule =
    "must be a duration such as 60s, a cron expression, or { every: 60s, while_changing: 15s, jitter: 10% }";
  const duration = "must be a duration such as 500ms, 30s, 5m, 2h or 7d";
  const count = "must be a whole number, 1 or more";
  const flappingForms = "must be false, or a map such as { changes: 6, within: 30m }";
  const slack = { type: "slack", url: "https://hooks.example" };
  const hint = { match: "router", cause: "No router.", action: "Call." };
  const sentences = "must be a text of 1 to 500 characters";
  const expression = "must be a regular expression of RE2, without look-around and back-references";
  const page = "must be an https:// URL without user";

  const impossible: [object, string[]][] = [
    [
      { projects: undefined },
      ["projects: is missing: it must be a list of at least one of the projects"],
    ],
    [{ projects: [] }, ["projects: must be a list of at least one of the projects"]],
    [
      { notifiers: undefined },
      [
        "notifiers: is missing: it must be a map of at least one notifier: without, nobody would be told",
      ],
    ],
    [
      { notifiers: {} },
      ["notifiers: must be a map of at least one notifier: without, nobody would be told"],
    ],
    [
      { projects: [...smallest().projects, ...smallest().projects] },
      ["projects[1].name: repeats projects[0].name"],
    ],
    [{ schedule: "60 * * * *" }, [`schedule: ${schedule}`]],
    [{ schedule: "0s" }, [`schedule: ${schedule}`]],
    [{ schedule: 60 }, [`schedule: ${schedule}`]],
    [{ schedule: { jitter: "10%" } }, [`schedule.every: is missing: it ${duration}`]],
    [
      { schedule: { every: "60s", jitter: "101%" } },
      ["schedule.jitter: must be a percentage from 0% to 100%"],
    ],
    [{ schedule: { every: "60s", while_idle: "15s" } }, ["schedule.while_idle: is an unknown key"]],
    [{ timezone: "Mars/Olympus" }, ["timezone: must be an IANA time zone such as Europe/Berlin"]],
    [{ retention: 90 }, [`retention: ${duration}`]],
    [{ store: "postgres://db/watch" }, ["store: must be the path of a file"]],
    ...[
      "watch.example.com",
      "ftp://watch.example.com",
      "https://me:pw@watch.example.com",
      "https://watch.example.com/?a",
      "https://watch.example.com/#a",
    ].map((public_url): [object, string[]] => [
      { public_url },
      ["public_url: must be an http:// or https:// URL without user, query or fragment"],
    ]),
    [{ unrouted: "dorp" }, ["unrouted: must be one of notify, drop; did you mean drop?"]],
    [{ log: { level: "warning" } }, ["log.level: must be one of debug, info, warn, error"]],
    [{ log: null }, ["log: must be a map"]],
    [
      { server: { listen: "8080" } },
      ["server.listen: must be host:port such as 127.0.0.1:8080 or [::1]:8080"],
    ],
    [
      { server: { listen: "localhost:65536" } },
      ["server.listen: must be host:port such as 127.0.0.1:8080 or [::1]:8080"],
    ],
    [{ server: { hosts: "a" } }, ["server.hosts: must be a list of host names"]],
    [{ policy: { confirm: 0 } }, [`policy.confirm: ${count}`]],
    [{ policy: { confirm: { gone: 1.5 } } }, [`policy.confirm.gone: ${count}`]],
    [
      { policy: { confirm: [] } },
      ["policy.confirm: must be a number of polls, or a map such as { FAILED: 1, gone: 2 }"],
    ],
    [
      { policy: { stuck: { CREATING: 15 } } },
      ["policy.stuck.CREATING: must be a duration such as 500ms, 30s, 5m, 2h or 7d"],
    ],
    [
      { policy: { stuck: { active: "15m" } } },
      ["policy.stuck.active: must be a state in which something can be stuck"],
    ],
    [
      { policy: { stuck: "15m" } },
      ["policy.stuck: must be a map of states and durations such as { CREATING: 15m }"],
    ],
    [
      { policy: { flapping: { changes: 1 } } },
      ["policy.flapping.changes: must be a whole number, 2 or more"],
    ],
    [{ policy: { flapping: { within: "0s" } } }, [`policy.flapping.within: ${duration}`]],
    [{ policy: { flapping: true } }, [`policy.flapping: ${flappingForms}`]],
    [{ policy: { flapping: 6 } }, [`policy.flapping: ${flappingForms}`]],
    [
      { policy: { flapping: { change: 6 } } },
      ["policy.flapping.change: is an unknown key; did you mean changes?"],
    ],
    [
      { policy: { storm: 10 } },
      ["policy.storm: must be false, or a map such as { over: 10, within: 1m }"],
    ],
    [
      { routes: [{ match: {}, notify: ["oncall"], delay: 2, digest: "often" }] },
      [
        `routes[0].delay: ${duration}`,
        "routes[0].digest: must be a duration such as 15m, or a cron expression",
      ],
    ],
    [
      { mutes: [{ name: "a", cron: "0 2 * *", for: "2h", timezone: "Berlin" }] },
      [
        "mutes[0].match: is missing: it must be a map such as { severity: critical, labels.team: data }",
        'mutes[0].cron: must be a cron expression such as "0 2 * * 0"',
        "mutes[0].timezone: must be an IANA time zone such as Europe/Berlin",
      ],
    ],
    [
      {
        mutes: ["a", "a"].map((name) => ({ name, match: {}, cron: "0 2 * * 0", for: "2h" })),
      },
      ["mutes[1].name: repeats mutes[0].name"],
    ],
    [
      { routes: [{ match: {}, notify: ["oncall"], remind: 4 }] },
      ["routes[0].remind: must be a duration such as 4h, or { first: 1h, factor: 2, max: 1d }"],
    ],
    [
      { routes: [{ match: {}, notify: ["oncall"], remind: { factor: 0.5 } }] },
      [
        `routes[0].remind.first: is missing: it ${duration}`,
        "routes[0].remind.factor: must be a number, 1 or more",
      ],
    ],
    [
      { routes: [{ match: {}, notify: ["oncall"], remind: { first: "2h", max: "1h" } }] },
      ["routes[0].remind.max: must be as long as `first`, or longer"],
    ],
    [
      { routes: [{ match: {}, notify: ["oncall"], remind: { first: "2d" } }] },
      ["routes[0].remind.max: is missing: it must be as long as `first`, or longer"],
    ],
    [{ policy: { unreachable_after: "x" } }, [`policy.unreachable_after: ${count}`]],
    [{ hints: { match: "router" } }, ["hints: must be a list of hints"]],
    [{ hints: ["router"] }, ["hints[0]: must be a map with match, cause and action"]],
    [
      { hints: [{}] },
      [
        `hints[0].match: is missing: it ${expression}`,
        `hints[0].cause: is missing: it ${sentences}`,
        `hints[0].action: is missing: it ${sentences}`,
      ],
    ],
    [
      { hints: [hint, { ...hint, match: "(?=router)" }] },
      [`hints[1].match: ${expression} (invalid or unsupported Perl syntax)`],
    ],
    [
      { hints: [{ ...hint, cause: " ", action: "a".repeat(501), why: "" }] },
      [
        `hints[0].cause: ${sentences}`,
        `hints[0].action: ${sentences}`,
        "hints[0].why: is an unknown key",
      ],
    ],
    [
      {
        hints: ["http://wiki.example", "wiki.example", "https://me:pw@wiki.example"].map(
          (link) => ({ ...hint, link }),
        ),
      },
      [0, 1, 2].map((index) => `hints[${index}].link: ${page}`),
    ],
    [
      { notifiers: { a: { ...slack, fallback: "a" } } },
      ["notifiers.a.fallback: leads back to itself: a → a"],
    ],
    [
      {
        notifiers: {
          a: { ...slack, fallback: "b" },
          b: { ...slack, fallback: "c" },
          c: { ...slack, fallback: "b" },
        },
      },
      ["notifiers.b.fallback: leads back to itself: b → c → b"],
    ],
    [
      { notifiers: { oncall: { ...slack, fallback: "oncal" } } },
      ["notifiers.oncall.fallback: names no notifier; did you mean oncall?"],
    ],
    [
      { notifiers: { a: { url: "x" } } },
      ["notifiers.a.type: is missing: it must be one of slack, webhook"],
    ],
    [
      { notifiers: { a: { ...slack, language: "de", timezone: "Mars" } } },
      [
        "notifiers.a.language: must be one of en, zh",
        "notifiers.a.timezone: must be an IANA time zone such as Europe/Berlin",
      ],
    ],
    [
      { notifiers: { a: { ...slack, template: { text: "{{ event.id | jsn }}", body: "" } } } },
      [
        "notifiers.a.template.text: must be a Liquid template (unknown filter in its line 1, column 1; did you mean json?)",
        "notifiers.a.template.body: is an unknown key",
      ],
    ],
    [{ notifiers: { a: "slack" } }, ["notifiers.a: must be a map with a type and its options"]],
    [{ notifiers: { a: { ...slack, chanel: "x" } } }, ["notifiers.a.chanel: is an unknown key"]],
    [{ routes: [{ match: {}, notify: ["nobody"] }] }, ["routes[0].notify[0]: names no notifier"]],
    [
      { routes: [{ match: {}, notify: [] }] },
      ["routes[0].notify: must be a list of at least one of the notifiers"],
    ],
    [
      { routes: [{ notify: ["oncall"] }] },
      [
        "routes[0].match: is missing: it must be a map such as { severity: critical, labels.team: data }",
      ],
    ],
    [
      { routes: [{ match: { to: 5, label: "x", not: { "labels.x": [] } }, notify: ["oncall"] }] },
      [
        "routes[0].match.to: must be a glob or a list of globs, or { not: … } with either",
        "routes[0].match.label: is an unknown key",
        'routes[0].match.not["labels.x"]: must be a list of at least one glob',
      ],
    ],
    [
      {
        routes: [
          {
            match: { severity: "Critical", kind: { not: ["basik"] }, bogus: 1, not: {} },
            notify: ["oncall"],
          },
        ],
      },
      [
        "routes[0].match.severity: must be one of info, warning, critical; did you mean critical?",
        "routes[0].match.kind.not[0]: must be one of basic, enhanced; did you mean basic?",
        "routes[0].match.bogus: is an unknown key",
        "routes[0].match.not: must be a map with at least one key: an empty one would shut out everything",
      ],
    ],
    [
      {
        routes: [
          { match: { resource: "queues", type: ["*", "dli-watch.recovry"] }, notify: ["oncall"] },
        ],
      },
      [
        "routes[0].match.resource: must be one of connection, queue, pool, project; did you mean queue?",
        `routes[0].match.type[1]: must be one of ${noticeTypes.join(", ")}; did you mean recovery?`,
      ],
    ],
    [
      project({ region: undefined }),
      ["projects[0].region: is missing: a project needs a region or an endpoint"],
    ],
    [project({ region: "CN North" }), ["projects[0].region: must be a region such as cn-north-4"]],
    [
      project({ region: "cn-noth-4" }),
      ["projects[0].region: is not a known region; did you mean cn-north-4?"],
    ],
    [project({ endpoint: "http://dli.example" }), [`projects[0].endpoint: ${url}`]],
    [project({ endpoint: "http://127.0.0.1.example" }), [`projects[0].endpoint: ${url}`]],
    [project({ endpoint: "https://user:pass@dli.example" }), [`projects[0].endpoint: ${url}`]],
    [project({ endpoint: "dli.example" }), [`projects[0].endpoint: ${url}`]],
    [project({ project_id: "48cc" }), ["projects[0].project_id: must be 32 hexadecimal digits"]],
    [
      project({ auth: undefined }),
      [`projects[0].auth: is missing: it ${auth}; or the environment needs ${variables}`],
    ],
    [
      project({ auth: "keys" }),
      [`projects[0].auth: must be a map with ${auth.slice("needs ".length)}`],
    ],
    [project({ auth: { token: "" } }), ["projects[0].auth.token: must not be empty"]],
    [
      project({ auth: { token: 5 } }),
      [
        "projects[0].auth.token: must be a text (in quotes if it looks like a number or true/false)",
      ],
    ],
    [project({ auth: {} }), [`projects[0].auth: ${auth}`]],
    [project({ auth: { access_key: "a" } }), [`projects[0].auth: ${auth}`]],
    [
      project({ auth: { access_key: "a", secret_key: "b", token: "c" } }),
      [`projects[0].auth: ${auth}`],
    ],
    [project({ auth: { security_token: "a", token: "c" } }), [`projects[0].auth: ${auth}`]],
    [project({ auth: { ...user, domain: undefined } }), [`projects[0].auth: ${auth}`]],
    [project({ auth: { ...user, metadata: true } }), [`projects[0].auth: ${auth}`]],
    [
      project({ auth: { token: "c", iam_endpoint: "https://iam.example" } }),
      [`projects[0].auth: ${auth}`],
    ],
    [project({ auth: { metadata: false } }), ["projects[0].auth.metadata: must be true"]],
    [
      project({ auth: { ...user, iam_endpoint: "http://iam.example" } }),
      [`projects[0].auth.iam_endpoint: ${url}`],
    ],
    [
      project({ region: undefined, endpoint: "https://dli.example", auth: user }),
      [
        "projects[0].auth.iam_endpoint: is missing: where no region is named, it needs the URL of IAM",
      ],
    ],
    [project({ rate: "0/1m" }), ["projects[0].rate: must be a count in a duration, such as 20/1m"]],
    [project({ rate: "20" }), ["projects[0].rate: must be a count in a duration, such as 20/1m"]],
    [
      project({ rate: "20/0s" }),
      ["projects[0].rate: must be a count in a duration, such as 20/1m"],
    ],
    [project({ concurrency: 0 }), [`projects[0].concurrency: ${count}`]],
    [
      project({ connections: [] }),
      ["projects[0].connections: must be a list of at least one of the connections"],
    ],
    [
      project({ connections: ["a/b"] }),
      ["projects[0].connections[0]: must be the id of a connection"],
    ],
    [
      project({ connections: [7] }),
      ["projects[0].connections[0]: must be the id of a connection, or a map with its id"],
    ],
    [
      project({ connections: [{ kind: "basic" }] }),
      ["projects[0].connections[0].id: is missing: it must be the id of a connection"],
    ],
    [
      project({ connections: ["a", { id: "b" }, { id: "A" }, "b"] }),
      [
        "projects[0].connections[2]: repeats projects[0].connections[0]",
        "projects[0].connections[3]: repeats projects[0].connections[1]",
      ],
    ],
    [
      project({ connections: [{ id: "a", labels: { team: 5 } }] }),
      ["projects[0].connections[0].labels.team: must be a text (in quotes if it is a number)"],
    ],
    [
      project({ ca_file: "no.pem" }),
      ["projects[0].ca_file: names a file that cannot be read (ENOENT)"],
    ],
    [
      project({ ca_file: "empty.pem" }),
      ["projects[0].ca_file: names a file without a PEM certificate"],
    ],
    [
      project({ discover: "all" }),
      [
        'projects[0].discover: must be true, false, or a map such as { kind: enhanced, name: "prod-*" }',
      ],
    ],
    [
      project({ discover: { kind: "auto", nmae: "prod-*" } }),
      [
        "projects[0].discover.kind: must be one of basic, enhanced",
        "projects[0].discover.nmae: is an unknown key; did you mean name?",
      ],
    ],
    [
      project({ discover: { kind: "basic", tags: { team: "data" } } }),
      ["projects[0].discover.tags: are of enhanced connections alone"],
    ],
    [
      project({ discover: { status: [], tags: { "a=b": "c" } } }),
      [
        "projects[0].discover.status: must be a list of at least one glob",
        "projects[0].discover.tags: must be a map of at least one tag, without = in its key or a comma",
      ],
    ],
    [
      project({ discover: { tags: {} } }),
      [
        "projects[0].discover.tags: must be a map of at least one tag, without = in its key or a comma",
      ],
    ],
    [
      project({ connections: undefined, discover: false }),
      ["projects[0].connections: is missing: a project needs connections, or `discover: true`"],
    ],
  ];
  const cases = impossible.map(([difference, expected]) => ({ difference, expected }));
  test.each(cases)("$expected.0", ({ difference, expected }) => {
    const origin = originOf({}, { "/etc/empty.pem": "" });
    const problems = problemsOf(stringify({ ...smallest(), ...difference }), origin);
    expect(problems.map((problem) => problem.replace(/^\d+:\d+ /, ""))).toEqual(expected);
  });
});

test("a file that cannot be read is the operator's to mend", () => {
  expect(() => readConfigText(originOf())).toThrow(
    expect.objectContaining({
      name: "UserError",
      status: 2,
      message:
        "/etc/watch.yaml: the configuration cannot be read (no /etc/watch.yaml). It is looked for at " +
        "-c FILE, else at $DLI_WATCH_CONFIG, else at config/dli-watch.yaml.",
    }),
  );
});

test("a file is read from where it is said to be", () => {
  const origin = originOf({}, { "/etc/watch.yaml": stringify(smallest()) });
  expect(parseConfig(readConfigText(origin), origin).config?.name).toBe("dli-watch");
});

test("the types of notifiers are read whatever else is wrong", () => {
  const origin = originOf({ PAGER: "./pager.mjs" });
  const notifiers = `{ a: { type: "\${PAGER}" }, b: { type: [], nmae: x }, c: { type: slack }, d: ~ }`;
  expect(openConfig(`nmae: x\nnotifiers: ${notifiers}`, origin).types).toEqual([
    "./pager.mjs",
    "slack",
  ]);
  expect(openConfig("notifiers: [", origin).types).toEqual([]);
});

test("a type that names no notifier is a problem where it stands, for the reason given", () => {
  const refusals = new Map([
    ["slakc", "is not installed"],
    ["./pager.mjs", "lacks render"],
  ]);
  const text = stringify({
    ...smallest(),
    notifiers: { a: { type: "slakc" }, b: { type: "./pager.mjs" }, c: { type: "pager" } },
  });
  expect(problemsOf(text, { ...originOf(), refusals })).toEqual([
    "11:11 notifiers.a.type: is not installed; did you mean slack?",
    "13:11 notifiers.b.type: lacks render",
    "15:11 notifiers.c.type: must be one of slack, webhook",
  ]);
});

test("a notifier that keeps incidents itself is told nothing in a digest", () => {
  const text = stringify({
    ...smallest(),
    notifiers: { pager: { type: "slack", url: "https://hooks.example" } },
    routes: [
      { match: {}, notify: ["pager"] },
      { match: {}, notify: ["pager"], digest: "15m" },
    ],
  });
  expect(problemsOf(text, { ...originOf(), keyed: new Set(["slack"]) })).toEqual([
    "20:13 routes[1].digest: cannot be told through pager, which keeps incidents itself: give it a route without digest",
  ]);
  expect(problemsOf(text)).toEqual([]);
});

test("whose credentials a notifier sends with must be clear", () => {
  const [first] = smallest().projects;
  const url = "https://hooks.example";
  const pager = z.strictObject({ url: z.string(), project: z.string().optional() });
  const origin = { ...originOf(), notifierOptions: new Map([["pager", pager]]) };
  const problems = (projects: readonly string[], notifier: object) =>
    problemsOf(
      stringify({
        notifiers: { pager: { type: "pager", url, ...notifier } },
        projects: projects.map((name) => ({ ...first, name })),
      }),
      { ...origin, signed: new Set(["pager"]) },
    );
  expect(problems(["prod"], {})).toEqual([]);
  expect(problems(["prod"], { project: "prod" })).toEqual([]);
  expect(problems(["prod"], { project: "prdo" })).toEqual([
    "5:14 notifiers.pager.project: names no project; did you mean prod?",
  ]);
  expect(problems(["prod", "lab"], { project: "lab" })).toEqual([]);
  expect(problems(["prod", "lab"], {})).toEqual([
    "2:3 notifiers.pager.project: is missing: with which project's credentials? One of prod, lab",
  ]);
});

test("what a plug-in's options hold in plain text is known as secret where it is marked", () => {
  const token = z.string().meta({ secret: true });
  const pager = z.object({
    key: token.min(3).optional(),
    keys: z.record(z.string(), z.union([z.number(), z.array(token)])),
    pin: z.coerce.string().meta({ secret: true }),
    later: z.lazy(() => token.default("").describe("Later.")),
    late: z.date().optional(),
    room: z.string(),
  });
  const { config } = parseConfig(
    stringify({
      ...smallest(),
      notifiers: {
        mine: { type: "pager", key: "K-text", keys: { a: ["A-text"] }, pin: 123456, room: "open" },
      },
    }),
    { ...originOf(), notifierOptions: new Map([["pager", pager]]) },
  );
  expect(config?.notifiers[0]).toMatchObject({ options: { key: "K-text", pin: "123456" } });
  expect(secretsOf(config?.notifiers).map((secret) => secret.reveal())).toEqual([
    "K-text",
    "A-text",
    "123456",
  ]);
});
