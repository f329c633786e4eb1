import type { SQLInputValue } from "node:sqlite";
import type { DeliveryQuery, EventQuery, ObservationQuery } from "./store.ts";

/** A statement, and what is bound to it in its order. */
export type Query = readonly [sql: string, ...values: SQLInputValue[]];

/** Selects from `events`. */
export function eventsQuery({
  idEnd,
  after,
  before,
  since,
  types,
  project,
  connection,
  newestFirst,
  limit,
}: EventQuery): Query {
  const conditions = {
    "substr(id, -8) = ?": idEnd,
    "sequence > ?": after,
    "sequence < ?": before,
    "time >= ?": since,
    "type IN (SELECT value FROM json_each(?))": types && JSON.stringify(types),
    "project = ?": project,
    "connection = ?": connection,
  };
  const order = newestFirst ? "sequence DESC" : "sequence";
  return select("events", { conditions, order, limit });
}

/** Selects from `deliveries`. */
export function deliveriesQuery({
  state,
  notifier,
  event,
  ids,
  after,
  limit,
}: DeliveryQuery): Query {
  const conditions = {
    "state = ?": state,
    "notifier = ?": notifier,
    "event = ?": event,
    "id IN (SELECT value FROM json_each(?))": ids && JSON.stringify(ids),
    "id > ?": after,
  };
  return select("deliveries", { conditions, order: "id", limit });
}

/** Selects from `observations`. */
export function observationsQuery({
  since,
  project,
  connection,
  after,
  newestFirst,
  limit,
}: ObservationQuery): Query {
  const conditions = {
    "last_at >= ?": since,
    "project = ?": project,
    "connection = ?": connection,
    "sequence > ?": after,
  };
  const order = newestFirst ? "sequence DESC" : "sequence";
  return select("observations", { conditions, order, limit });
}

interface Selection {
  /** Those without a value do not apply. */
  readonly conditions: Readonly<Record<string, SQLInputValue | undefined>>;
  readonly order: string;
  readonly limit: number;
}

function select(table: string, { conditions, order, limit }: Selection): Query {
  const applied = Object.entries(conditions).flatMap(([condition, value]) =>
    value === undefined ? [] : [{ condition, value }],
  );
  const filter = ["TRUE", ...applied.map(({ condition }) => condition)].join(" AND ");
  return [
    `SELECT * FROM ${table} WHERE ${filter} ORDER BY ${order} LIMIT ?`,
    ...applied.map(({ value }) => value),
    limit,
  ];
}
