import { type Config, secretsOf } from "../config/config.ts";
import { localTime } from "../core/local-time.ts";
import { noticedSteps } from "../core/noticed-steps.ts";
import { scrubber } from "../core/secret.ts";
import { type ExitStatus, exitStatus } from "../errors.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import { readConfig } from "./config.ts";
import { explained } from "./explained-notice.ts";
import { explanationText } from "./explanation-text.ts";
import { recordedNotice } from "./recorded-notice.ts";
import { type SupposedChange, supposedNotices } from "./supposed-notices.ts";

export interface ExplainOptions {
  /** A notice that was, by its id, the end of it, or the id of a delivery; or something that might happen. */
  readonly what: string | SupposedChange;
  readonly json: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Prints why each notifier was or would be told of a notice, or not, and what exactly it is sent. Changes and sends nothing. */
export async function explain(
  file: string,
  { what, json, now }: ExplainOptions,
): Promise<ExitStatus> {
  const loaded = await readConfig(file);
  const { config } = loaded;
  const scrub = scrubber(secretsOf(config));
  const show = localTime(config.timezone);
  await using store = openSqliteStore({ file: config.store, mode: "reader" });
  const { notices, steps } =
    typeof what === "string"
      ? await recorded(store, what, config)
      : await supposedNotices({ store, loaded, show }, { ...what, now });
  const { threads } = await store.memories();
  const explanation = {
    steps,
    notices: notices.map((one) => explained(one, { loaded, show, scrub, threads, now })),
  };
  const text = json
    ? JSON.stringify(explanation, undefined, 2)
    : explanationText(explanation, { show, timezone: config.timezone, output: process.stdout });
  process.stdout.write(`${text}\n`);
  return exitStatus.ok;
}

async function recorded(store: Store, id: string, { policy }: Config) {
  const noticed = await recordedNotice(store, id);
  return { notices: [noticed], steps: noticedSteps(noticed, policy) };
}
