import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../src/commands/program.ts";
import { runCommand } from "../support/command.ts";

const commands = [
  ...[
    "init",
    "check",
    "poll",
    "notify",
    "run",
    "status",
    "history",
    "rehearse",
    "deliveries",
    "explain",
    "mute",
    "demo",
    "simulate",
    "schema",
  ],
  "help",
];

describe.concurrent("the command line", () => {
  test("names the commands that there are, and the exit statuses", async ({ expect }) => {
    const { status, stdout } = await runCommand(["--help"]);
    expect(status).toBe(0);
    const named = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[|\s{2,})/gm)].map(([, name]) => name);
    expect(named).toEqual(commands);
    expect(stdout).toMatch(/Exit status: 0 all is well, 1 .* bad/);
  });

  test.each([
    [["chek"], "error: unknown command 'chek'\n(Did you mean check?)\n"],
    [
      ["init", "--region", "cn north"],
      "error: option '--region <name>' argument 'cn north' is invalid. It must be a region such as cn-north-4.\n",
    ],
    [["poll", "--jsn"], "error: unknown option '--jsn'\n(Did you mean --json?)\n"],
    [
      ["check", "my.yaml"],
      "error: too many arguments for 'check'. Expected 0 arguments but got 1: my.yaml.\n",
    ],
    [
      ["deliveries", "lst"],
      "error: command-argument value 'lst' is invalid for argument 'id'. It must be the id of a delivery, 26 digits and letters.\n",
    ],
    [
      ["deliveries", "--state", "lost"],
      "error: option '--state <state>' argument 'lost' is invalid. Allowed choices are waiting, accepted, dead, closed.\n",
    ],
    [
      ["deliveries", "retry"],
      "name the deliveries by their ids, or all of one notifier by --notifier\n",
    ],
    [
      ["simulate", "--listen", "8080"],
      "error: option '--listen <address>' argument '8080' is invalid. It must be host:port such as 127.0.0.1:8080 or [::1]:8080.\n",
    ],
    [
      ["simulate", "--scenario", "no.yaml"],
      "no.yaml: the scenario cannot be read (ENOENT: no such file or directory, open 'no.yaml'); name one by --scenario\n",
    ],
  ])("answers %j with the way out and status 2", async (args, answer) => {
    const { status, stdout, stderr } = await runCommand(args);
    expect({ status, stdout, stderr: stderr.replace(hint, "") }).toEqual({
      status: 2,
      stdout: "",
      stderr: answer,
    });
  });

  test.each(["run", "status"])(
    "tells the ways on where %s finds no configuration",
    async (command) => {
      const { status, stdout, stderr } = await runCommand([command], {
        DLI_WATCH_CONFIG: "nowhere.yaml",
      });
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toMatch(/^nowhere\.yaml: there is no such configuration file\.\n/);
      expect(stderr).toMatch(/-c FILE, or the environment variable DLI_WATCH_CONFIG\n/);
      expect(stderr).toMatch(/dli-watch init/);
      expect(stderr).toMatch(/dli-watch demo/);
    },
  );

  test("ends quietly when nobody reads its output any more", async ({ expect }) => {
    const pipeline = '"$0" src/cli.ts schema | true';
    const shell = spawn("bash", ["-o", "pipefail", "-c", pipeline, process.execPath]);
    const [[status], complaint] = await Promise.all([once(shell, "close"), text(shell.stderr)]);
    expect({ status, complaint }).toEqual({ status: 0, complaint: "" });
  });
});

const hint = "(add --help to see what is understood)\n";

/** Each command that does something, with its help. */
function leaves(
  parent: Command,
  path: readonly string[] = [],
): readonly (readonly [words: string, command: Command])[] {
  return parent.commands.flatMap((command) => {
    const words = [...path, command.name()];
    return command.commands.length > 0
      ? leaves(command, words)
      : [[words.join(" "), command] as const];
  });
}

test.each(leaves(createProgram(() => {})))(
  "%s shows examples that it understands",
  (words, command) => {
    let help = "";
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    command.outputHelp();
    const lines = [...help.matchAll(/^ {2}dli-watch (.*)$/gm)].map(([, line = ""]) => line);
    expect(lines).not.toEqual([]);
    const options = command.options.flatMap(({ long, short }) => [long, short]);
    for (const line of lines) {
      expect(`${words} `).toContain(line.split(/ -| [0-9A-Za-z-]{26,}| oncall| new\.yaml| >/)[0]);
      for (const [, flag] of line.matchAll(/ (--?[a-z]+)/g)) expect(options).toContain(flag);
    }
  },
);
