import { monotonicFactory } from "ulid";
import { systemClock, systemRandom } from "../clock.ts";
import { type Config, secretsOf } from "../config/config.ts";
import { scrubber } from "../core/secret.ts";
import { type Daemon, startDaemon } from "../daemon.ts";
import { type ExitStatus, exitStatus } from "../errors.ts";
import { createLog } from "../log.ts";
import { readConfig } from "./config.ts";
import { stopSignals } from "./signals.ts";

/** Watches until SIGTERM or SIGINT, then stops within ten seconds; a second signal ends it at once. */
export async function run(file: string): Promise<ExitStatus> {
  const asked = stopSignals();
  const daemon = await startOwnDaemon(readConfig(file));
  await asked.first;
  await Promise.race([daemon[Symbol.asyncDispose](), asked.second]);
  return exitStatus.ok;
}

/** A daemon in this process, with the machine's clock and chance. */
export async function startOwnDaemon(config: Config): Promise<Daemon> {
  const scrub = scrubber(secretsOf(config));
  const log = createLog({ level: config.logLevel, pretty: process.stdout.isTTY, scrub });
  const ulid = monotonicFactory();
  return startDaemon({
    config,
    scrub,
    log,
    clock: systemClock,
    random: systemRandom,
    newId: () => ulid(systemClock.now()),
  });
}
