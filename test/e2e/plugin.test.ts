import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { projectOf, startCloud, startRecording } from "../support/installation.ts";
import { startWatcher, temporaryDirectory, writeConfig } from "../support/watcher.ts";

const failed = { queues: { etl: { status: "FAILED", err_msg: "no router" } } };
const active = { queues: { etl: { status: "ACTIVE" } } };
const token = "sesame-open-the-pager";

/** A cloud with one connection that is well, and a configuration that watches it and tells these notifiers. */
async function install(notifiers: object) {
  const cloud = await startCloud({ connections: [{ id: "one", kind: "enhanced", ...active }] });
  const directory = temporaryDirectory();
  cpSync("config/plugins", join(directory, "plugins"), { recursive: true });
  const config = writeConfig(directory, {
    schedule: "100ms",
    projects: [projectOf(cloud, ["one"])],
    notifiers,
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
  });
  const write = (name: string, text: string) =>
    writeFileSync(join(directory, "plugins", name), text);
  return { cloud, directory, config, write };
}

test("the example tells a platform of its own, which says no in a 200", async () => {
  const pager = await startRecording({ body: "busy" }, { body: "queued" });
  const { cloud, config } = await install({
    pager: { type: "./plugins/example.mjs", url: `${pager.origin}/alerts`, token, language: "zh" },
  });
  const watcher = startWatcher("run", "-c", config);
  await watcher.logged("Watching");
  await cloud.asked(2);
  cloud.set("one", failed);
  const { why } = await watcher.logged("Not delivered, will be tried again");
  expect(why).toBe("The pager is busy.");
  const { event } = await watcher.logged("Delivered");
  expect(pager.requests).toHaveLength(2);
  const [first, second] = pager.requests;
  expect(second?.body).toBe(first?.body);
  expect(first).toMatchObject({
    method: "POST",
    path: "/alerts",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  });
  expect(JSON.parse(first?.body ?? "")).toEqual({
    key: event,
    room: "data",
    level: "critical",
    text: expect.stringMatching(/^one 的队列 etl 变为 FAILED。.*原因：no router$/),
  });
});

test("one that throws harms no other, and what it says of its secret is not shown", async () => {
  const hook = await startRecording();
  const { cloud, config, write } = await install({
    broken: { type: "./plugins/broken.mjs", key: token },
    hook: { type: "webhook", url: hook.origin },
  });
  write(
    "broken.mjs",
    `export default ({ z }) => ({
      options: z.object({ key: z.string().meta({ secret: true }) }),
      render(_, { key }) { throw new Error("cannot log in with " + key); },
    });`,
  );
  const watcher = startWatcher("run", "-c", config);
  await watcher.logged("Watching");
  await cloud.asked(2);
  cloud.set("one", failed);
  const why = "The notifier cannot handle this notice: cannot log in with ***.";
  expect(await watcher.logged("Delivery refused")).toMatchObject({ notifier: "broken", why });
  await hook.arrived(2);
  cloud.set("one", active);
  await hook.arrived(4);
  const outbox = await runCommand(["deliveries", "--json", "-c", config]);
  expect(outbox.stdout).toContain(why);
  const told = hook.requests.map(({ body }) => body).join();
  expect(told + watcher.output() + outbox.stdout).not.toContain(token);
});

test("SIGHUP loads a changed plug-in; a broken one changes nothing", async () => {
  const pager = await startRecording();
  const { cloud, config, write } = await install({
    mine: { type: "./plugins/mine.mjs", url: pager.origin },
  });
  const saying = (body: string) => `export default ({ z }) => ({
    options: z.object({ url: z.url() }),
    render: (_, { url }) => ({ url, headers: {}, body: "${body}" }),
  });`;
  write("mine.mjs", saying("as it was"));
  const watcher = startWatcher("run", "-c", config);
  await watcher.logged("Watching");
  await cloud.asked(2);

  write("mine.mjs", "export default nothing;");
  watcher.signal("SIGHUP");
  const { problems } = await watcher.logged(
    "Could not reload the configuration; the old one goes on",
  );
  expect(problems).toEqual([
    expect.stringMatching(
      /watch\.yaml:\d+:15 notifiers\.mine\.type: .*mine\.mjs:1 cannot be loaded/,
    ),
  ]);
  cloud.set("one", failed);
  await pager.arrived(1);

  write("mine.mjs", saying("as it is"));
  watcher.signal("SIGHUP");
  await watcher.logged("Reloaded the configuration");
  cloud.set("one", active);
  await pager.arrived(2);
  expect(pager.requests.map(({ body }) => body)).toEqual(["as it was", "as it is"]);
});

test("what cannot be loaded is named where it stands, all at once", async () => {
  const { directory, config, write } = await install({
    a: { type: "./plugins/throws.mjs" },
    b: { type: "./plugins/calls.mjs" },
    c: { type: "./plugins/garbled.mjs" },
    d: { type: "./plugins/lacks.mjs" },
    e: { type: "./plugins/absent.mjs" },
    f: { type: "slakc" },
    g: { type: "./plugins/example.mjs", url: "nowhere", tokne: token },
  });
  write("throws.mjs", `\n\nthrow new Error("no such luck");`);
  write("calls.mjs", "export default () => {\n  return nothing;\n};");
  write("garbled.mjs", "foo bar");
  write("lacks.mjs", `import "nowhere";`);
  const { status, stdout, stderr } = await runCommand(["check", "-c", config]);
  const at = join(directory, "plugins");
  expect(stderr.split("\n").map((line) => line.replace(/^.*watch\.yaml:\d+:\d+ /, ""))).toEqual([
    `notifiers.a.type: ${at}/throws.mjs:3 cannot be loaded: Error: no such luck`,
    `notifiers.b.type: ${at}/calls.mjs:2 cannot be loaded: ReferenceError: nothing is not defined`,
    `notifiers.c.type: ${at}/garbled.mjs cannot be loaded: SyntaxError: Unexpected identifier 'bar'`,
    `notifiers.d.type: ${at}/lacks.mjs cannot be loaded: Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'nowhere' imported from ${at}/lacks.mjs`,
    `notifiers.e.type: ${at}/absent.mjs cannot be loaded: Error: ENOENT: no such file or directory, stat '${at}/absent.mjs'`,
    expect.stringMatching(
      /^notifiers\.f\.type: must be one of slack, .*, a file such as .*, or a package installed beside this file; did you mean slack\?$/,
    ),
    "notifiers.g.url: Invalid URL",
    "notifiers.g.tokne: is an unknown key; did you mean token?",
    "",
  ]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});
