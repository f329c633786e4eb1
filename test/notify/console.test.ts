import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { consoleText } from "../../src/notify/channels/console.ts";
import { inWords } from "../../src/notify/message.ts";
import { sampleEvent } from "../support/events.ts";
import { hostileNotices, hostileTexts } from "../support/hostile.ts";

const script = fileURLToPath(new URL("../support/console-child.ts", import.meta.url));
const at = Date.parse("2026-11-24T02:10:06.000Z");
const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
});

function start(stdio: StdioOptions, env: Readonly<Record<string, string>> = {}) {
  const { NO_COLOR, FORCE_COLOR, ...inherited } = process.env;
  const child = spawn(process.execPath, [script], { stdio, env: { ...inherited, ...env } });
  children.add(child);
  return child;
}

async function outputOf(stream: Readable | null): Promise<string> {
  return stream ? text(stream) : "";
}

async function tell(child: ChildProcess, stream: "stdout" | "stderr", events: readonly Event[]) {
  child.send({ events, stream, at });
  const [verdicts] = await once(child, "message");
  child.disconnect();
  return verdicts;
}

test("hostile texts steer no terminal and end somewhere", () => {
  for (const { message } of hostileTexts.flatMap(hostileNotices)) {
    const shown = consoleText(message, "WORD");
    expect(shown).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(shown.length).toBeLessThan(60_000);
    expect(shown.split("\n").slice(1)).toSatisfy((lines: string[]) =>
      lines.every((line) => /^(| {2}.*)$/.test(line)),
    );
  }
});

test("an operator's text stands instead of ours", () => {
  const message = {
    ...inWords(sampleEvent("transition"), at),
    title: "Look!",
    text: "It\nfailed.",
  };
  expect(consoleText(message, "WORD")).toBe(
    `WORD Look!\n  It\n  failed.\n  ${message.reference}\n\n`,
  );
});

describe("in a real process", () => {
  test.each(["stdout", "stderr"] as const)(
    "writes to %s, without colour into a pipe",
    async (stream) => {
      const child = start(["ignore", "pipe", "pipe", "ipc"]);
      const [out, err, verdicts] = await Promise.all([
        outputOf(child.stdout),
        outputOf(child.stderr),
        tell(child, stream, [sampleEvent("transition"), sampleEvent("recovery")]),
      ]);
      expect(verdicts).toEqual([{ verdict: "accepted" }, { verdict: "accepted" }]);
      expect({ stdout: out, stderr: err }).toEqual({
        stdout: "",
        stderr: "",
        [stream]:
          consoleText(inWords(sampleEvent("transition"), at), "CRITICAL") +
          consoleText(inWords(sampleEvent("recovery"), at), "OK"),
      });
    },
  );

  test.each([
    ["with", { FORCE_COLOR: "1" }, "\u001b[1m\u001b[31mCRITICAL\u001b[39m\u001b[22m Queue"],
    ["without", { NO_COLOR: "1" }, "CRITICAL Queue"],
  ])("shows the severity %s colour when the environment says so", async (_, env, beginning) => {
    const child = start(["ignore", "pipe", "inherit", "ipc"], env);
    const [out] = await Promise.all([
      outputOf(child.stdout),
      tell(child, "stdout", [sampleEvent("transition")]),
    ]);
    expect(out.startsWith(beginning)).toBe(true);
  });

  test("tries again later where nobody reads", async () => {
    const child = start(["ignore", "pipe", "inherit", "ipc"]);
    const closed = once(child.stdout ?? child, "close");
    child.stdout?.destroy();
    await closed;
    const [verdict] = await tell(child, "stdout", [sampleEvent("transition")]);
    expect(verdict).toMatchObject({
      verdict: "retry",
      why: expect.stringMatching(/^Cannot write to stdout: EPIPE/),
    });
    await expect(once(child, "exit")).resolves.toEqual([0, null]);
  });

  test("tries again later where the disk is full", async () => {
    const full = openSync("/dev/full", "w");
    const child = start(["ignore", full, "inherit", "ipc"]);
    closeSync(full);
    const [verdict] = await tell(child, "stdout", [sampleEvent("transition")]);
    expect(verdict).toMatchObject({
      verdict: "retry",
      why: expect.stringMatching(/^Cannot write to stdout: ENOSPC/),
    });
    await expect(once(child, "exit")).resolves.toEqual([0, null]);
  });
});
