import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Runs a program to its end and gives what it wrote to standard output; rejects unless it ended well. */
export async function runProgram(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 100_000_000 });
  return stdout;
}

/** Images, containers and volumes in a directory of their own. */
export interface Podman extends AsyncDisposable {
  readonly directory: string;
  /** Runs `podman` with these arguments, as {@link runProgram} does. */
  readonly run: (...args: readonly string[]) => Promise<string>;
}

/** Needs neither systemd nor a control group of its own; what it made is gone when it is disposed of. */
export function openPodman(): Podman {
  const directory = mkdtempSync(join(tmpdir(), "dli-watch-podman-"));
  const places = ["--root", join(directory, "root"), "--runroot", join(directory, "run")];
  const managers = ["--runtime", "runc", "--cgroup-manager", "cgroupfs"];
  const run: Podman["run"] = (...args) => runProgram("podman", ...places, ...managers, ...args);
  return {
    directory,
    run,
    async [Symbol.asyncDispose]() {
      await run("rm", "--all", "--force", "--time", "0");
      rmSync(directory, { recursive: true });
    },
  };
}
