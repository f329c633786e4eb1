import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createHttp } from "../../src/http.ts";
import { builtinNotifiers } from "../../src/notify/builtin.ts";
import { teller } from "../../src/notify/http.ts";
import { loadNotifiers } from "../../src/notify/load.ts";
import { asAnyone } from "../support/as-anyone.ts";
import { fakeClock } from "../support/clock.ts";
import { noticeOf, sampleEvent, stored } from "../support/events.ts";
import { startRecording } from "../support/installation.ts";
import { temporaryDirectory } from "../support/watcher.ts";

const options = "options: z.object({ url: z.url() })";
const render = "({ event }, { url }) => ({ url, headers: {}, body: event.id })";
const whole = `({ z }) => ({ ${options}, render: ${render} })`;

/** A directory with these files. */
function directoryOf(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

/** Files of a package that exports a notifier. */
function packageOf(name: string, properties: object) {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, type: "module", ...properties }),
    [`node_modules/${name}/index.js`]: `export default ${whole};`,
  };
}

describe("a word for type: gives", () => {
  const files = {
    "a.mjs": `export default ${whole};`,
    "plugins/b.mjs": `export default async ${whole};`,
    "plugins/typed.ts": `const url: string = ""; export default ${whole};`,
    "common.cjs": `module.exports = ${whole};`,
    "self.mjs": `import { z } from ${JSON.stringify(resolve("node_modules/zod/index.js"))};
      export default { type: "other", ${options}, render: ${render} };`,
    ...packageOf("paging", { main: "index.js" }),
    ...packageOf("imported", { exports: { import: "./index.js" } }),
    ...packageOf("@team/pager", { exports: "./index.js" }),
  };

  test.each(["./a.mjs", "./plugins/b.mjs", "./plugins/typed.ts", "./common.cjs", "./self.mjs"])(
    "the file %s",
    async (word) => {
      const { types, refusals } = await loadNotifiers([word], directoryOf(files));
      expect([...refusals]).toEqual([]);
      expect(types.get(word)).toMatchObject({ type: word, render: expect.any(Function) });
    },
  );

  test.each(["paging", "imported", "@team/pager"])("the package %s", async (word) => {
    const below = join(directoryOf({ ...files, "etc/watch.yaml": "" }), "etc");
    const { types, refusals } = await loadNotifiers([word], below);
    expect([...refusals]).toEqual([]);
    expect(types.get(word)).toMatchObject({ type: word });
  });

  test("what it says of its platform", async () => {
    const says = `keyed: "incident", pace: [{ notices: 20, perMs: 60000 }], refreshEvery: 60000`;
    const text = `export default ({ z }) => ({ ${options}, render: ${render}, ${says} });`;
    const { types } = await loadNotifiers(["./pager.mjs"], directoryOf({ "pager.mjs": text }));
    expect(types.get("./pager.mjs")).toMatchObject({
      keyed: "incident",
      pace: [{ notices: 20, perMs: 60_000 }],
      refreshEvery: 60_000,
    });
  });

  test("a file elsewhere", async () => {
    const directory = directoryOf({ "etc/watch.yaml": "", ...files });
    const words = ["../a.mjs", join(directory, "a.mjs")];
    const { types } = await loadNotifiers(words, join(directory, "etc"));
    expect(words.map((word) => types.get(word)?.type)).toEqual(words);
  });

  test("the built-in notifier, whatever is installed", async () => {
    const directory = directoryOf(packageOf("slack", { main: "index.js" }));
    const { types, refusals } = await loadNotifiers(["slack"], directory);
    expect([...types]).toEqual([...builtinNotifiers]);
    expect([...refusals]).toEqual([]);
  });
});

/** How Node refuses to load one at all is told in test/e2e/plugin.test.ts: vitest reads modules its own way. */
describe("what is no notifier is refused:", () => {
  test.each([
    ["{}", "it lacks options and render or send"],
    ["5", "it lacks options and render or send"],
    ["async () => undefined", "it lacks options and render or send"],
    [`({ z }) => ({ ${options} })`, "it lacks render or send"],
    [`{ options: { url: "text" }, render: ${render} }`, "its options are no z.object() of zod 4"],
    ...["type", "fallback", "language", "timezone", "template"].map((key) => [
      `({ z }) => ({ options: z.object({ ${key}: z.string() }), render: ${render} })`,
      `its options must leave ${key} to dli-watch`,
    ]),
    [`({ z }) => ({ ${options}, render: "a template" })`, "its render is no function"],
    [`({ z }) => ({ ${options}, render: ${render}, judge: true })`, "its judge is no function"],
    [`({ z }) => ({ ${options}, send() {}, preview: "" })`, "its preview is no function"],
    [`({ z }) => ({ ${options}, render: ${render}, send() {} })`, "it has both render and send"],
    [`({ z }) => ({ ${options}, render: ${render}, keyed: true })`, 'its keyed is not "incident"'],
    [`({ z }) => ({ ${options}, render: ${render}, revise: {} })`, "its revise is no function"],
    ...[
      "20",
      "{ notices: 1, perMs: 1 }",
      "[{ notices: 0, perMs: 1 }]",
      "[{ notices: 1.5, perMs: 1 }]",
    ].map((pace) => [
      `({ z }) => ({ ${options}, render: ${render}, pace: ${pace} })`,
      "its pace is no list of { notices, perMs }, both whole numbers from 1",
    ]),
    ...["'1m'", "999", "NaN", "null"].map((refreshEvery) => [
      `({ z }) => ({ ${options}, render: ${render}, refreshEvery: ${refreshEvery} })`,
      "its refreshEvery is no whole number of milliseconds from 1000",
    ]),
  ])("%s", async (exported, fault) => {
    const directory = directoryOf({ "pager.mjs": `export default ${exported};` });
    const { types, refusals } = await loadNotifiers(["./pager.mjs"], directory);
    expect([...types]).toEqual([...builtinNotifiers]);
    expect([...refusals]).toEqual([
      ["./pager.mjs", `${join(directory, "pager.mjs")} is no notifier: ${fault}`],
    ]);
  });

  test("a file that is not there", async () => {
    const directory = temporaryDirectory();
    const { refusals } = await loadNotifiers(["./pager.mjs"], directory);
    expect(refusals.get("./pager.mjs")).toContain(
      `${join(directory, "pager.mjs")} cannot be loaded: Error: ENOENT`,
    );
  });

  test.each(["slakc", "node:fs", "fs", "https://example.com/pager.mjs", "pager.mjs", "", "."])(
    "%j, which is no package",
    async (word) => {
      const directory = directoryOf({ "pager.mjs": `export default ${whole};` });
      const { refusals } = await loadNotifiers([word], directory);
      expect(refusals.get(word)).toBe(
        `must be one of ${[...builtinNotifiers.keys()].join(", ")}, a file such as ./plugins/pager.mjs, or a package installed beside this file`,
      );
    },
  );
});

test("a changed file is loaded anew, an unchanged one is not", async () => {
  const directory = temporaryDirectory();
  const file = join(directory, "pager.mjs");
  const write = (text: string, second: number) => {
    writeFileSync(
      file,
      `globalThis.timesLoaded = (globalThis.timesLoaded ?? 0) + 1; export default ${text};`,
    );
    utimesSync(file, second, second);
  };
  const bodyOf = async () => {
    const notifier = (await loadNotifiers(["./pager.mjs"], directory)).types.get("./pager.mjs");
    const notice = noticeOf(sampleEvent("transition"));
    return (
      notifier && "render" in notifier && notifier.render(notice, {}, { at: 0, number: 1 }).body
    );
  };
  const saying = (body: string) =>
    `({ z }) => ({ options: z.object({}), render: () => ({ url: "http://x", headers: {}, body: "${body}" }) })`;
  write(saying("first"), 1);
  expect([await bodyOf(), await bodyOf()]).toEqual(["first", "first"]);
  write(saying("second"), 2);
  expect(await bodyOf()).toBe("second");
  expect(globalThis).toMatchObject({ timesLoaded: 2 });
});

describe("what a plug-in gives is checked at every call:", () => {
  const at = (method: string, given: string) =>
    `The notifier cannot handle this notice: its ${method} gives no ${given}: `;
  test.each([
    [`render: () => ({ url: "nowhere" })`, at("render", "request")],
    [`render: async ${render}`, at("render", "request")],
    [`render: ${render}, revise: () => ({})`, at("revise", "request")],
    [`render: ${render}, judge: () => "fine"`, at("judge", "verdict")],
    [
      `render: ${render}, judge: () => ({ verdict: "accepted", handle: 5 })`,
      at("judge", "verdict"),
    ],
    [`render: ${render}, judge: () => ({ verdict: "ok" })`, at("judge", "verdict")],
    ...["NaN", "Infinity", "-1", "8.64e15 + 1"].map((notBefore) => [
      `render: ${render}, judge: () => ({ verdict: "retry", why: "", notBefore: ${notBefore} })`,
      at("judge", "verdict"),
    ]),
    [`render: ${render}, judge: async () => ({ verdict: "accepted" })`, at("judge", "verdict")],
    ["send: async () => {}", at("send", "verdict")],
    ["send: () => ({ verdict: 'refused', why: 'no' })", at("send", "verdict")],
  ])("%s", async (methods, why) => {
    expect(await tell(methods)).toEqual({
      verdict: "refused",
      fault: "notice",
      why: expect.stringContaining(why),
    });
  });

  test.each([
    [`render: ${render}`, { verdict: "accepted" }],
    [`render: ${render}, judge: () => undefined`, { verdict: "accepted" }],
    [`render: ${render}, revise: () => undefined`, { verdict: "accepted" }],
    [
      `render: ${render}, judge: () => ({ verdict: "accepted", handle: "m1" })`,
      { verdict: "accepted", handle: "m1" },
    ],
    [
      `why: "mine", render: ${render}, judge() { return { verdict: "retry", why: this.why, notBefore: 4.5 }; }`,
      { verdict: "retry", why: "mine", notBefore: 5 },
    ],
    [
      "send: ({ json }) => ({ verdict: 'refused', fault: 'destination', why: json.slice(0, 5) })",
      { verdict: "refused", fault: "destination", why: '{"spe' },
    ],
  ])("%s", async (methods, verdict) => {
    expect(await tell(methods)).toEqual(verdict);
  });

  /** One attempt of a plug-in with these methods at a receiver that answers 200. */
  async function tell(methods: string) {
    const directory = directoryOf({
      "p.mjs": `export default ({ z }) => ({ ${options}, ${methods} });`,
    });
    const { types } = await loadNotifiers(["./p.mjs"], directory);
    const notifier = types.get("./p.mjs");
    if (!notifier) throw new Error("The plug-in was refused.");
    const { origin } = await startRecording();
    const clock = fakeClock();
    await using http = createHttp({ clock });
    const event = stored(sampleEvent("transition"));
    return await teller({ http, exchangeAs: asAnyone(http), clock })(notifier, {
      event,
      options: { url: origin },
      number: 1,
      handle: "m0",
    });
  }
});
