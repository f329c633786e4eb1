import { fork } from "node:child_process";
import { once } from "node:events";
import { request } from "undici";
import type { Notes } from "./server.ts";

/** The process that is polled. */
export interface Api extends Disposable {
  /** Without a slash at its end. */
  readonly url: string;
  /** What it saw since it was last asked. */
  notes(): Promise<Notes>;
  /** From now on a binding of this connection has FAILED. */
  change(id: string): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startApi(): Promise<Api> {
  const child = fork(new URL("./server.ts", import.meta.url));
  const [{ port }] = await once(child, "message");
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string) => (await request(`${url}/${path}`)).body.text();
  return {
    url,
    notes: async () => JSON.parse(await ask("notes")),
    change: async (id) => {
      await ask(`change/${id}`);
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}
