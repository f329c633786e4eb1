import { describe, expect, test } from "vitest";
import { formatPath, nearest } from "../../src/config/problems.ts";
import { originOf, problemsOf } from "../support/config.ts";

const secret = "s3cr3t-of-the-operator";

const twelveMistakes = `
nmae: prod
schedule: 60 seconds
projects:
  - name: prod
    region: cn-nroth-4
    project_id: \${MISSING}
    auth: { access_key: AK, secret_keys: ${secret} }
    rate: 0/1m
    connections:
      - 378eb1e6-521d-41a4-a41c-bbb58f34a6d6
      - { id: 378EB1E6-521d-41a4-a41c-bbb58f34a6d6, kind: enchanced }
notifiers:
  oncall: { type: slakc, url: "https://hooks.example/${secret}" }
  hook: { type: webhook, url: ${secret} }
routes:
  - match: { severty: critical }
    notify: [hook, on-call]
`;

test("twelve mistakes are twelve problems, each where it is, and none shows the secret", () => {
  const problems = problemsOf(twelveMistakes);
  expect(problems).toEqual([
    "2:1 nmae: is an unknown key; did you mean name?",
    "3:11 schedule: must be a duration such as 60s, a cron expression, or { every: 60s, while_changing: 15s, jitter: 10% }",
    "6:13 projects[0].region: is not a known region; did you mean cn-north-4?",
    "7:17 projects[0].project_id: needs the environment variable MISSING, which is not set",
    "8:29 projects[0].auth.secret_keys: is an unknown key; did you mean secret_key?",
    "9:11 projects[0].rate: must be a count in a duration, such as 20/1m",
    "12:9 projects[0].connections[1]: repeats projects[0].connections[0]",
    "12:59 projects[0].connections[1].kind: must be one of auto, basic, enhanced; did you mean enhanced?",
    "14:19 notifiers.oncall.type: must be one of slack, webhook; did you mean slack?",
    "15:31 notifiers.hook.url: Invalid URL",
    "17:14 routes[0].match.severty: is an unknown key; did you mean severity?",
    "18:20 routes[0].notify[1]: names no notifier; did you mean oncall?",
  ]);
  expect(problems.join("\n")).not.toContain(secret);
});

describe("a file", () => {
  const noMap = "1:1 must be a map that starts with keys such as projects: and notifiers:";
  const nested = "is an alias inside an anchored value, which is not allowed";
  test.each([
    ["is empty", "", [noMap]],
    ["holds only comments", "# to do\n", [noMap]],
    ["is a list", "- a\n- b\n", [noMap]],
    ["is a text", "hello", [noMap]],
    [
      "is larger than 1 MB",
      "#".repeat(1_000_001),
      ["1:1 is larger than 1 MB: is this the configuration file?"],
    ],
    [
      "is indented with tabs",
      "a:\n\tb: 1",
      ["2:1 is not YAML: Tabs are not allowed as indentation"],
    ],
    ["says a key twice", "name: a\nname: b", ["2:1 this key stands here twice"]],
    ["has a tag", "name: !secret a", ["1:7 is not YAML: Unresolved tag"]],
    [
      "has two documents",
      "a: 1\n---\nb: 2",
      ["2:1 starts a second document, where only one is read"],
    ],
    ["has a map for a key", "? [a]\n: b", ["1:3 is a key that is not a text"]],
    ["has an alias of nothing", "name: *nobody", ["1:7 is an alias without its anchor"]],
    ["has an alias of what it stands in", "projects: &all [*all]", [`1:17 ${nested}`]],
    ["has nested aliases", "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", [`2:8 ${nested}`]],
    [
      "has too many aliases",
      `a: &a x\nb: [${"*a, ".repeat(101)}]`,
      ["2:405 is one alias more than the 100 that are allowed"],
    ],
  ])("that %s", (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test.each([
    ["[", 100_000],
    ["{a: ", 100_000],
    ["- ", 1_000],
  ])("that nests %j too deeply", (opening, times) => {
    const problems = problemsOf(opening.repeat(times));
    expect(problems).toEqual([expect.stringMatching(/^1:\d+ is nested too deeply$/)]);
  });

  test.each([
    `a: "b" ${secret}`,
    `a: |${secret}\n b`,
    `a: "\\q${secret}"`,
    `a: *${secret}`,
    `a: !${secret} b`,
    `- a\n${secret}`,
    `%${secret}\n---\na: b`,
    `{a: 1}} ${secret}`,
  ])("that is not YAML is not quoted, for a line may hold a secret: %j", (text) => {
    const problems = problemsOf(text);
    expect(problems).not.toEqual([]);
    expect(problems.join("\n")).not.toContain(secret);
  });
});

test("an aliased value is wrong where it is used", () => {
  const text = "policy: { confirm: { gone: &polls 0 }, unreachable_after: *polls }";
  const problems = problemsOf(text).filter((problem) => problem.includes("policy"));
  expect(problems).toEqual([
    "1:35 policy.confirm.gone: must be a whole number, 1 or more",
    "1:59 policy.unreachable_after: must be a whole number, 1 or more",
  ]);
});

test("what could not be resolved is told once, not judged", () => {
  const text = `policy: { unreachable_after: &n '\${POLLS:?ask the admins}', confirm: { FAILED: *n } }`;
  const problems = problemsOf(text).filter((problem) => problem.includes("policy"));
  expect(problems).toEqual(["1:33 policy.unreachable_after: ask the admins"]);
});

test("a misspelt key is not told again as a missing one", () => {
  const text = "projects:\n  - nmae: prod\n    auth: { tokne: t }";
  const problems = problemsOf(text).filter((problem) => /name|auth/.test(problem));
  expect(problems).toEqual([
    "2:5 projects[0].nmae: is an unknown key; did you mean name?",
    "3:13 projects[0].auth.tokne: is an unknown key; did you mean token?",
  ]);
});

test("a value from a variable is not shown", () => {
  const origin = originOf({ VALUE: secret });
  const text = `
name: [ "\${VALUE}" ]
schedule: \${VALUE}
projects: [ { region: "\${VALUE}", endpoint: "\${VALUE}", auth: "\${VALUE}", ca_file: "\${VALUE}" } ]
notifiers: { a: { type: "\${VALUE}" }, b: { type: slack, fallback: "\${VALUE}" } }
routes: [ { match: "\${VALUE}", notify: [ "\${VALUE}" ] } ]
`;
  const problems = problemsOf(text, origin);
  expect(problems.length).toBeGreaterThan(8);
  expect(problems.join("\n")).not.toContain(secret);
});

test.each([
  [[], ""],
  [["projects", 0, "auth", "secret_key"], "projects[0].auth.secret_key"],
  [["match", "labels.team"], 'match["labels.team"]'],
  [["a\nb"], '["a\\nb"]'],
])("the path %j is written %s", (path, written) => {
  expect(formatPath(path)).toBe(written);
});

test.each([
  ["nmae", "name"],
  ["NAME", "name"],
  ["nam", "name"],
  ["name", "name"],
  ["store", undefined],
  ["", undefined],
])("%j was probably meant to be %j", (word, meant) => {
  expect(nearest(word, ["name", "region", "id"])).toBe(meant);
});
