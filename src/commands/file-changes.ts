import { readFileSync, watch } from "node:fs";
import { dirname, resolve } from "node:path";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

/**
 * Calls back when a file's text has changed, however it was replaced: its directory is watched, since editors rename
 * a new file over the old one and Kubernetes swaps a link beside it. Gives back the end of it.
 * Where the system cannot watch (its inotify instances are used up), that is a warning.
 */
export function watchFile(
  file: string,
  { changed, log }: { readonly changed: () => void; readonly log: Log },
): () => void {
  let known = textOf(file);
  const warn = (error: unknown) =>
    log.warn(
      { file, error: messageOf(error) },
      "Cannot watch the configuration file any more; SIGHUP still reloads it",
    );
  try {
    const watcher = watch(dirname(resolve(file)), () => {
      const text = textOf(file);
      if (text === undefined || text === known) return;
      known = text;
      changed();
    });
    watcher.on("error", warn);
    return () => watcher.close();
  } catch (error) {
    warn(error);
    return () => {};
  }
}

/** `undefined` while it is being replaced. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
