import type { ConnectionStatus } from "../../src/core/status.ts";
import { startWatcher, temporaryDirectory, type Watcher, writeConfig } from "./watcher.ts";

/** A daemon that watches, and where it keeps what it needs. */
export interface Watching extends Watcher {
  /** Where it answers over HTTP. */
  readonly url: string;
  /** Its configuration file; the store lies beside it. */
  readonly config: string;
  readonly directory: string;
}

/** Starts the daemon with this configuration, everything it leaves open as tests like it; resolves when it watches. */
export async function startWatching(
  { policy, ...config }: { readonly policy?: object; readonly [option: string]: unknown },
  directory: string = temporaryDirectory(),
): Promise<Watching> {
  const file = writeConfig(directory, {
    schedule: "100ms",
    store: "watch.db",
    server: { listen: "127.0.0.1:0" },
    policy: { storm: false, ...policy },
    ...config,
  });
  const watcher = startWatcher("run", "-c", file);
  const { url } = await watcher.logged("Watching");
  return { ...watcher, url: String(url), config: file, directory };
}

/** The state of every connection and binding of a project, as the API tells it. */
export async function statesOf(watching: Watching, project: string): Promise<readonly string[]> {
  const items = await connectionsOf(watching, project);
  return items.flatMap(({ id, state, bindings }) => [
    `${id} ${state}`,
    ...bindings.map((binding) => `${id} ${binding.type} ${binding.name} ${binding.state}`),
  ]);
}

async function connectionsOf({ url }: Watching, project: string) {
  const items: ConnectionStatus[] = [];
  const asked = new URL(`${url}/api/v1/connections?limit=1000`);
  asked.searchParams.set("project", project);
  for (;;) {
    const answer = await fetch(asked);
    const page: { readonly items: readonly ConnectionStatus[]; readonly next: string | null } =
      JSON.parse(await answer.text());
    items.push(...page.items);
    if (page.next === null) return items;
    asked.searchParams.set("after", page.next);
  }
}
