import { resolve } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ZodType } from "zod";
import { lockForDaemon } from "./daemon-lock.ts";
import { openDatabase, pragma, type SqliteMode, transaction } from "./database.ts";
import { explained } from "./faults.ts";
import { deliveriesQuery, eventsQuery, observationsQuery, type Query } from "./queries.ts";
import {
  connectionRow,
  deadLettersRow,
  deliveryRow,
  eventRow,
  laneRow,
  muteRow,
  projectRow,
  runRow,
  threadRow,
  withheldRow,
} from "./rows.ts";
import type { Memories, Store } from "./store.ts";
import { forgetting, type Run, write } from "./writing.ts";

/**
 * A store in one SQLite file: one `daemon` at a time, any number of `reader`s and `writer`s beside it.
 * Throws a `UserError` that names the file if it cannot be used.
 */
export function openSqliteStore({ file, mode }: { file: string; mode: SqliteMode }): Store {
  const place = resolve(file);
  return explained(place, () => {
    using opening = new DisposableStack();
    if (mode === "daemon") opening.use(lockForDaemon(place));
    const database = opening.use(openDatabase(place, mode));
    const opened = opening.move();
    return sqliteStore({ place, database, close: () => opened.dispose() });
  });
}

/** A store over an open database, which is its one connection for life. */
export function sqliteStore({ place, database, close }: OpenDatabase): Store {
  const prepared = preparedOnce(database);
  const run: Run = (sql, values) => Number(prepared(sql).run(values).changes);
  const read: Read = (row, sql, ...values) =>
    explained(place, () => prepared(sql).all(...values)).map((found) => row.parse(found));
  let version = pragma(database, "data_version");

  return {
    place,
    memories: async () => readMemories(read),
    lanes: async () => read(laneRow, "SELECT * FROM lanes"),
    async commit(change) {
      explained(place, () => transaction(database, () => write(run, change)));
    },
    events: async (query) => read(eventRow, ...eventsQuery(query)),
    event: async (id) => read(eventRow, "SELECT * FROM events WHERE id = ?", id)[0],
    mutes: async () => read(muteRow, allMutes),
    deliveries: async (query) => read(deliveryRow, ...deliveriesQuery(query)),
    deadLetters: async () => new Map(read(deadLettersRow, deadLettersByNotifier)),
    observations: async (query) => read(runRow, ...observationsQuery(query)),
    async changedElsewhere() {
      const before = version;
      version = explained(place, () => pragma(database, "data_version"));
      return version !== before;
    },
    async prune(before) {
      let forgotten = 0;
      for (const sql of forgetting) {
        let batch = pruneBatch;
        while (batch === pruneBatch && database.isOpen) {
          batch = explained(place, () => run(sql, { before, limit: pruneBatch }));
          forgotten += batch;
          await nextTurn();
        }
      }
      return forgotten;
    },
    async [Symbol.asyncDispose]() {
      close();
    },
  };
}

interface OpenDatabase {
  readonly place: string;
  readonly database: DatabaseSync;
  readonly close: () => void;
}

/** The index `deliveries_by_state` holds all of it. */
const deadLettersByNotifier =
  "SELECT notifier, count(*) AS dead FROM deliveries WHERE state = 'dead' GROUP BY notifier";

const allMutes = "SELECT * FROM mutes ORDER BY id";

type Read = <Row>(row: ZodType<Row>, ...query: Query) => Row[];

/** Rows that one transaction of `prune` deletes at most, so that the event loop is never held up for long. */
const pruneBatch = 500;

/** Each statement is compiled once; there are few texts. */
function preparedOnce(database: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
}

function readMemories(read: Read): Memories {
  const lastRunOf =
    "SELECT * FROM observations WHERE project = ? AND connection = ? ORDER BY sequence DESC LIMIT 1";
  const [lastEvent] = read(eventRow, "SELECT * FROM events ORDER BY sequence DESC LIMIT 1");
  return {
    connections: read(connectionRow, "SELECT * FROM connections").map((connection) => {
      const [lastRun] = read(runRow, lastRunOf, connection.project, connection.id);
      return lastRun ? { ...connection, lastRun } : connection;
    }),
    projects: read(projectRow, "SELECT * FROM projects"),
    mutes: read(muteRow, allMutes),
    withheld: read(withheldRow, "SELECT * FROM withheld"),
    threads: read(threadRow, "SELECT * FROM threads"),
    sequence: lastEvent?.sequence ?? 0,
  };
}
