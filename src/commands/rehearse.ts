import { isoTime } from "../core/notice.ts";
import { type ExitStatus, exitStatus, UserError } from "../errors.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import { readConfig } from "./config.ts";
import { type History, openHistoryFile } from "./history-file.ts";
import { everyRow } from "./pages.ts";
import { startProgress } from "./progress.ts";
import { rehearsalReport, rehearsalText } from "./rehearsal-report.ts";
import { rehearseBoth } from "./rehearsed.ts";
import { startOf } from "./since.ts";

export interface RehearseOptions {
  /** The file of the configuration that is tried out. */
  readonly next: string;
  /** A duration back from now, or an ISO 8601 time. */
  readonly since: string;
  /** What `history --export` has written, to be read instead of the store. */
  readonly history?: string;
  readonly json: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Prints what each notifier would be told otherwise, of what was observed, by another configuration; bad if there is anything. */
export async function rehearse(
  file: string,
  { next, since, history: exported, json, now }: RehearseOptions,
): Promise<ExitStatus> {
  const before = await readConfig(file);
  const after = await readConfig(next);
  await using opened = new AsyncDisposableStack();
  const { store } = before.config;
  const history =
    exported === undefined
      ? storedHistory(opened.use(openSqliteStore({ file: store, mode: "reader" })), {
          since: startOf(since, now),
          until: now,
        })
      : await openHistoryFile(exported);
  const rehearsed = await withProgress((show) => rehearseBoth({ before, after }, history, show));
  if (rehearsed.polls === 0) {
    throw new UserError(
      `nothing was observed since ${isoTime(history.since)} of what ${file} or ${next} watch: name an earlier --since`,
      exitStatus.configuration,
    );
  }
  const both = {
    before: { file, config: before.config },
    after: { file: next, config: after.config },
  };
  process.stdout.write(
    json
      ? `${JSON.stringify(rehearsalReport(rehearsed, both), undefined, 2)}\n`
      : `${rehearsalText(rehearsed, both, process.stdout)}\n`,
  );
  return rehearsed.differences.length > 0 ? exitStatus.bad : exitStatus.ok;
}

/** Disposed of before anything else is printed. */
async function withProgress<Value>(work: (show: (share: number) => void) => Promise<Value>) {
  using progress = startProgress(process.stderr);
  return await work(progress.show);
}

function storedHistory(store: Store, { since, until }: Pick<History, "since" | "until">): History {
  return { since, until, runs: everyRow((page) => store.observations({ since, ...page })) };
}
