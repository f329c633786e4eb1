import { monotonicFactory } from "ulid";
import { createCalendar } from "../calendar.ts";
import { findingsOf, wording } from "../config/issues.ts";
import { matcher } from "../config/matcher.ts";
import { formatPath } from "../config/problems.ts";
import { formatDuration } from "../core/duration.ts";
import { localTime } from "../core/local-time.ts";
import { matcherText } from "../core/matcher-text.ts";
import type { AdHocMute } from "../core/mute.ts";
import { type ListedMute, listMutes } from "../core/mute-list.ts";
import type { Matcher } from "../core/route.ts";
import { type ExitStatus, exitStatus, UserError } from "../errors.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import { readConfig } from "./config.ts";
import { formatTable } from "./table.ts";

/** A mute to be begun at once. */
export interface NewMute {
  /** Each a key of a matcher and its glob, as `key=glob`; those of one key are a list. */
  readonly match: readonly string[];
  /** In milliseconds. */
  readonly forMs: number;
  readonly why: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Begins a mute by hand; a running daemon notices. */
export async function addMute(
  file: string,
  { match, forMs, why, now }: NewMute,
): Promise<ExitStatus> {
  const { config } = await readConfig(file);
  await using store = openSqliteStore({ file: config.store, mode: "writer" });
  const id = monotonicFactory()(now);
  const mute = { id, match: matcherOf(match), why, createdAt: now, until: now + forMs };
  await store.commit({ mutes: [mute] });
  process.stdout.write(
    `Muted for ${formatDuration(forMs)}: ${matcherText(mute.match)}. \`dli-watch mute remove ${id}\` ends it sooner.\n`,
  );
  return exitStatus.ok;
}

/** Prints the mutes given by hand that are on, and those of the configuration. */
export async function printMutes(
  file: string,
  { json, now }: { readonly json: boolean; readonly now: number },
): Promise<ExitStatus> {
  const { config } = await readConfig(file);
  await using store = openSqliteStore({ file: config.store, mode: "reader" });
  const mutes = listMutes({
    byHand: await store.mutes(),
    planned: config.mutes,
    nextTime: createCalendar(),
    now,
  });
  const text = json ? JSON.stringify(mutes, undefined, 2) : table(mutes, config.timezone);
  process.stdout.write(`${text}\n`);
  return exitStatus.ok;
}

/** Ends mutes given by hand; a running daemon then says what is bad. */
export async function removeMutes(
  file: string,
  { ids, now }: { readonly ids: readonly string[]; readonly now: number },
): Promise<ExitStatus> {
  const { config } = await readConfig(file);
  await using store = openSqliteStore({ file: config.store, mode: "writer" });
  const on = (await store.mutes()).filter(({ until }) => until > now);
  const ended = ids.map((id): AdHocMute => {
    const mute = on.find((one) => one.id === id);
    if (!mute)
      throw new UserError(
        `no mute that is on has the id ${id}; \`dli-watch mute list\` shows those that are`,
        exitStatus.bad,
      );
    return { ...mute, until: now };
  });
  await store.commit({ mutes: ended });
  process.stdout.write(`${ended.length} ${ended.length === 1 ? "mute" : "mutes"} ended.\n`);
  return exitStatus.ok;
}

function table(mutes: readonly ListedMute[], timeZone: string): string {
  if (mutes.length === 0) return "There are none.";
  const shown = localTime(timeZone);
  const rows = mutes.map(({ id = "(planned)", name, match, on, until, from }) => [
    id,
    name,
    match || "everything",
    { text: on ? "on" : "off", style: on ? ("yellow" as const) : ("gray" as const) },
    until === undefined
      ? from === undefined
        ? "never"
        : `from ${shown(Date.parse(from))}`
      : `until ${shown(Date.parse(until))}`,
  ]);
  return formatTable(["ID", "WHY", "WHAT", "NOW", `WHEN (${timeZone})`], rows, process.stdout);
}

/** Parses `key=glob` as the configuration would. */
function matcherOf(pairs: readonly string[]): Matcher {
  const odd = pairs.find((pair) => !/^[^=]+=./.test(pair));
  if (odd !== undefined)
    throw new UserError(
      `--match: ${odd} is no key=glob, such as project=prod`,
      exitStatus.configuration,
    );
  const grouped = Map.groupBy(pairs, (pair) => pair.slice(0, pair.indexOf("=")));
  const written = Object.fromEntries(
    [...grouped].map(([key, own]) => {
      const globs = own.map((pair) => pair.slice(key.length + 1));
      return [key, globs.length === 1 ? globs[0] : globs];
    }),
  );
  const { data, error } = matcher.safeParse(written, { error: wording });
  if (data) return data;
  const problems = findingsOf(error.issues, written).map(
    ({ path, message }) => `--match: ${formatPath(path) || "each"} ${message}`,
  );
  throw new UserError(problems.join("\n"), exitStatus.configuration);
}
