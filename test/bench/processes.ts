import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { idsOf, listed } from "./connections.ts";

/** A process that is measured; disposing of it kills it. */
export interface Measured extends Disposable {
  readonly pid: number;
}

const loops = {
  undici: new URL("./loops/undici.ts", import.meta.url),
  ky: new URL("./loops/ky.ts", import.meta.url),
  shell: new URL("./loops/curl-jq.sh", import.meta.url),
} as const;

/** One of the programs to compare with, polling `url` as fast as it can. */
export function startLoop(name: keyof typeof loops, url: string): Measured {
  const program = name === "shell" ? "bash" : process.execPath;
  return start(program, [fileURLToPath(loops[name]), url]);
}

/** What the built program is to watch. */
export interface Watch {
  /** Where the API and the webhook's receiver are. */
  readonly url: string;
  readonly connections: number;
  readonly schedule: string;
  /** Where it answers itself; by default at any free port. */
  readonly listen?: string;
  /** For enhanced connections, a thousand in each project, discovered where they are polled by their list; without, all are basic ones of one project. */
  readonly pollBy?: "list" | "show";
}

/** The built program, watching as many connections as told at a rate that does not hold it back. */
export function startWatcher({ url, schedule, listen = "127.0.0.1:0", ...watch }: Watch): Measured {
  const directory = mkdtempDisposableSync(join(tmpdir(), "dli-watch-bench-"));
  const config = {
    schedule,
    projects: projectsOf(watch).map((project) => ({
      ...project,
      endpoint: url,
      auth: { access_key: "BENCHACCESSKEY", secret_key: "secret-key-of-the-benchmark" },
      rate: "1000000000/1s",
      concurrency: 20,
    })),
    policy: { storm: false }, // each change is told by itself, however many there are
    notifiers: { hook: { type: "webhook", url: `${url}/hook` } },
    store: "watch.db",
    server: { listen },
  };
  const file = join(directory.path, "watch.yaml");
  writeFileSync(file, JSON.stringify(config));
  const { pid, ...started } = start(process.execPath, ["dist/cli.js", "run", "-c", file]);
  return {
    pid,
    [Symbol.dispose]() {
      started[Symbol.dispose]();
      directory.remove();
    },
  };
}

function projectsOf({ connections, pollBy }: Pick<Watch, "connections" | "pollBy">) {
  const count = pollBy ? connections / listed : 1;
  const ids = idsOf(connections / count);
  const kind = pollBy ? "enhanced" : "basic";
  return Array.from({ length: count }, (_, index) => ({
    name: `prod-${index}`,
    project_id: `48cc2c48765f481480c7db94${String(index).padStart(8, "0")}`,
    ...(pollBy === "list"
      ? { discover: { kind } }
      : { connections: ids.map((id) => ({ id, kind })) }),
    ...(pollBy && { poll_by: pollBy }),
  }));
}

/** Starts a program without input or output; what it complains of is shown. */
export function start(program: string, args: readonly string[]): Measured {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (child.pid === undefined) throw new Error(`${program} does not start`);
  return { pid: child.pid, [Symbol.dispose]: () => child.kill("SIGKILL") };
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port");
  return address.port;
}
