import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { projectOf, startCloud } from "../support/installation.ts";
import { basicId } from "../support/simulator.ts";
import { startWatching } from "../support/watching.ts";

const planned = {
  name: "sunday patching",
  match: { project: "prod" },
  cron: "0 2 * * 0",
  for: "2h",
};

/** A daemon, and commands beside it. */
async function beside() {
  const cloud = await startCloud({ connections: [{ id: basicId, kind: "basic" }] });
  const watching = await startWatching({
    projects: [projectOf(cloud, [basicId])],
    notifiers: { screen: { type: "console", stream: "stderr" } },
    mutes: [planned],
  });
  return (...args: readonly string[]) => runCommand(["mute", ...args, "-c", watching.config]);
}

test("a mute is begun, listed and ended by hand", async () => {
  const mute = await beside();
  const added = await mute(
    ...[
      "add",
      "--match",
      "project=prod",
      "--match",
      "severity=warning",
      "--match",
      "severity=info",
    ],
    ...["--for", "2h", "--why", "moving the VPC"],
  );
  const [, id = ""] =
    /^Muted for 2h: project prod, severity warning or info\. `dli-watch mute remove (\w{26})`/.exec(
      added.stdout,
    ) ?? [];
  expect(added).toMatchObject({ status: 0, stderr: "" });
  expect(id).toHaveLength(26);

  const [table, json] = [await mute(), await mute("list", "--json")];
  expect(table.stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["ID", "WHY", "WHAT", "NOW", "WHEN (UTC)"],
    [
      id,
      "moving the VPC",
      "project prod, severity warning or info",
      "on",
      expect.stringMatching(/^until /),
    ],
    [
      "(planned)",
      "sunday patching",
      "project prod",
      expect.stringMatching(/^(on|off)$/),
      expect.any(String),
    ],
    [""],
  ]);
  expect(JSON.parse(json.stdout)).toMatchObject([
    { id, name: "moving the VPC", on: true },
    { name: "sunday patching" },
  ]);

  expect(await mute("remove", id)).toEqual({ status: 0, stdout: "1 mute ended.\n", stderr: "" });
  const left: readonly object[] = JSON.parse((await mute("list", "--json")).stdout);
  expect(left).toHaveLength(1);
  expect(await mute("remove", id)).toEqual({
    status: 1,
    stdout: "",
    stderr: `no mute that is on has the id ${id}; \`dli-watch mute list\` shows those that are\n`,
  });
});

test("what cannot be muted is said", async () => {
  const mute = await beside();
  const because = ["--for", "1h", "--why", "test"];
  const [wrongKey, wrongWord, nothing, noTime] = [
    await mute("add", "--match", "projekt=prod", ...because),
    await mute("add", "--match", "severity=loud", ...because),
    await mute("add", "--match", "prod", ...because),
    await mute("add", "--match", "project=prod", "--for", "soon", "--why", "test"),
  ];
  expect(wrongKey).toMatchObject({ status: 2, stdout: "" });
  expect(wrongKey.stderr).toBe("--match: projekt is an unknown key; did you mean project?\n");
  expect(wrongWord.stderr).toBe("--match: severity must be one of info, warning, critical\n");
  expect(nothing.stderr).toBe("--match: prod is no key=glob, such as project=prod\n");
  expect(noTime.stderr).toMatch(/argument 'soon' is invalid\. It must be a duration such as/);
});
