import type { Change, Row, SimulatedConnection } from "./scenario.ts";

/** Rows by name, with the time of their last change in milliseconds since the start. */
export type TimedRows = Readonly<Record<string, Row & { readonly changedMs: number }>>;

/** What the API knows of a connection at one moment. */
export interface ConnectionState extends Omit<Change, "queues" | "pools"> {
  readonly id: string;
  readonly kind: SimulatedConnection["kind"];
  readonly state: string;
  readonly message: string;
  /** Absent until the scenario first speaks of queues: the API leaves the array out. */
  readonly queues?: TimedRows;
  readonly pools?: TimedRows;
}

/** The connection as it is `elapsedMs` after the start: its changes so far, each laid over those before. */
export function stateAt(connection: SimulatedConnection, elapsedMs: number): ConnectionState {
  const { id, kind, timeline = [], ...initial } = connection;
  const due = timeline.filter(({ atMs }) => atMs <= elapsedMs);
  return [{ ...initial, atMs: 0 }, ...due.toSorted((one, next) => one.atMs - next.atMs)].reduce(
    changed,
    { id, kind, state: "ACTIVE", message: "" },
  );
}

type TimedChange = Change & { readonly atMs: number };

function changed(state: ConnectionState, timed: TimedChange): ConnectionState {
  const { atMs, fields, queues, pools, ...change } = timed;
  return {
    ...state,
    ...change,
    ...(fields && { fields: { ...state.fields, ...fields } }),
    ...(queues && { queues: overlay(state.queues, queues, atMs) }),
    ...(pools && { pools: overlay(state.pools, pools, atMs) }),
  };
}

/** A new status comes without a reason, unless it brings one. */
function overlay(
  before: TimedRows = {},
  changes: NonNullable<Change["queues"]>,
  atMs: number,
): TimedRows {
  const after = { ...before };
  for (const [name, row] of Object.entries(changes)) {
    const reason = row?.status === undefined ? {} : { err_msg: "" };
    if (row) after[name] = { ...after[name], ...reason, ...row, changedMs: atMs };
    else delete after[name];
  }
  return after;
}
