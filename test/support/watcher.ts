import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A line of the watcher's log. */
type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** The real program in a process of its own. */
export interface Watcher {
  /** Resolves with the log line that says so, the first or `nth`, and why if that is given; rejects if the process ends before. */
  logged(msg: string, which?: { readonly nth?: number; readonly why?: string }): Promise<LogLine>;
  /** Everything it has written to either stream. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  readonly pid: number | undefined;
  /** Resolves when the process exists, well before it watches. */
  readonly started: Promise<unknown>;
  /** Resolves with its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** A directory of the test's own, gone after it. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "dli-watch-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a configuration (JSON is YAML) and gives its path. */
export function writeConfig(directory: string, config: object): string {
  const file = join(directory, "watch.yaml");
  writeFileSync(file, JSON.stringify(config, undefined, 2));
  return file;
}

/** Starts `dli-watch` with these arguments; it is killed when the test ends, if it still runs. */
export function startWatcher(...args: readonly string[]): Watcher {
  const child = spawn(process.execPath, ["src/cli.ts", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const looks = new Set<() => void>();
  const seen: LogLine[] = [];
  let output = "";
  let rest = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    const complete = (rest + text).split("\n");
    rest = complete.pop() ?? "";
    for (const line of complete.flatMap(parseLine)) {
      seen.push(line);
      for (const look of looks) look();
    }
  });
  const ended = once(child, "close").then(
    ([status, signal]): number | NodeJS.Signals => status ?? signal,
  );
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return {
    async logged(msg, { nth = 1, why } = {}) {
      const isMeant = (line: LogLine) =>
        line.msg === msg && (why === undefined || line["why"] === why);
      const nthSeen = () => seen.filter(isMeant)[nth - 1];
      const known = nthSeen();
      if (known) return known;
      const found = Promise.withResolvers<LogLine>();
      const look = () => {
        const line = nthSeen();
        if (line) found.resolve(line);
      };
      looks.add(look);
      void ended.then((status) =>
        found.reject(new Error(`ended with ${status} before it logged "${msg}":\n${output}`)),
      );
      return found.promise;
    },
    output: () => output,
    signal: (name) => child.kill(name),
    pid: child.pid,
    started: once(child, "spawn"),
    ended,
  };
}

function parseLine(text: string): readonly LogLine[] {
  return text.startsWith("{") ? [JSON.parse(text)] : [];
}
