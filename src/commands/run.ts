import { setFlagsFromString } from "node:v8";
import { monotonicFactory } from "ulid";
import { systemClock, systemRandom } from "../clock.ts";
import { createScrubber } from "../core/secret.ts";
import { type Daemon, type Loaded, startDaemon } from "../daemon/daemon.ts";
import { type ExitStatus, exitStatus, messageOf } from "../errors.ts";
import { createLog, type Log } from "../log.ts";
import { readConfig } from "./config.ts";
import { watchFile } from "./file-changes.ts";
import { stopSignals } from "./signals.ts";

/** Watches until SIGTERM or SIGINT, then stops within ten seconds; a second signal ends it at once. SIGHUP or a change of the file reloads it. */
export async function run(file: string): Promise<ExitStatus> {
  const asked = stopSignals();
  // Young objects keep the few megabytes they need to start: the fifty V8 would give them fill with garbage alone.
  setFlagsFromString("--semi-space-growth-factor=1");
  const { daemon, log } = await startOwnDaemon(await readConfig(file));
  const reload = reloader(file, { daemon, log });
  process.on("SIGHUP", reload);
  const stopWatching = watchFile(file, { changed: reload, log });
  await asked.first;
  stopWatching();
  await Promise.race([daemon[Symbol.asyncDispose](), asked.second]);
  return exitStatus.ok;
}

/** A daemon in this process, with the machine's clock and chance. */
export async function startOwnDaemon(
  loaded: Loaded,
): Promise<{ readonly daemon: Daemon; readonly log: Log }> {
  const scrubber = createScrubber();
  const log = await createLog({
    level: loaded.config.logLevel,
    pretty: process.stdout.isTTY,
    scrub: scrubber.scrub,
  });
  const ulid = monotonicFactory();
  const daemon = await startDaemon({
    ...loaded,
    scrubber,
    log,
    clock: systemClock,
    random: systemRandom,
    newId: () => ulid(systemClock.now()),
  });
  return { daemon, log };
}

/** Reloads the file, one reload after the other; a bad file changes nothing. */
function reloader(
  file: string,
  { daemon, log }: { readonly daemon: Daemon; readonly log: Log },
): () => void {
  let last = Promise.resolve();
  async function reload(): Promise<void> {
    try {
      const changed = await daemon.reload(() => readConfig(file));
      log.info({ changed }, "Reloaded the configuration");
    } catch (error) {
      log.error(
        { problems: messageOf(error).split("\n") },
        "Could not reload the configuration; the old one goes on",
      );
    }
  }
  return () => {
    last = last.then(reload);
  };
}
