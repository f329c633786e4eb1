import type { SQLInputValue } from "node:sqlite";
import type { ObservationRun } from "../core/run.ts";
import type { Commit } from "./store.ts";

/** Executes one statement; gives the number of rows it changed. */
export type Run = (sql: string, values: Readonly<Record<string, SQLInputValue>>) => number;

/** Writes every part of a commit, within the caller's transaction. */
export function write(run: Run, change: Commit): void {
  const { observations = [], connections = [], projects = [], lanes = [] } = change;
  const { events = [], deliveries = [], amendments = [] } = change;
  for (const observed of observations) writeObservation(run, observed);
  for (const row of connections) {
    run("INSERT OR REPLACE INTO connections VALUES (:project, :id, :memory)", {
      ...row,
      memory: JSON.stringify(row.memory),
    });
  }
  for (const row of projects) {
    run("INSERT OR REPLACE INTO projects VALUES (:name, :memory)", {
      ...row,
      memory: JSON.stringify(row.memory),
    });
  }
  for (const row of lanes) {
    run("INSERT OR REPLACE INTO lanes VALUES (:notifier, :memory)", {
      ...row,
      memory: JSON.stringify(row.memory),
    });
  }
  for (const event of events) run(insertEvent, { ...event });
  for (const delivery of deliveries) {
    const { settledAt = null, hold = "", way } = delivery;
    const values = { ...delivery, settledAt, hold, way: way ? JSON.stringify(way) : "" };
    run(replaceDelivery, values);
  }
  for (const delivery of amendments) {
    const { way, settledAt = null, hold = "", ...same } = delivery;
    run(amendDelivery, { ...same, settledAt, hold });
  }
  writeThreads(run, change);
  writeMutes(run, change);
}

function writeThreads(run: Run, { threads = [], endedThreads = [] }: Commit): void {
  for (const { handle = null, endedAt = null, ...thread } of threads)
    run(replaceThread, { ...thread, handle, endedAt });
  for (const { notifier, incident } of endedThreads)
    run("DELETE FROM threads WHERE notifier = :notifier AND incident = :incident", {
      notifier,
      incident,
    });
}

function writeMutes(run: Run, { mutes = [], withheld = [], endedMutes = [] }: Commit): void {
  for (const mute of mutes) {
    run("INSERT OR REPLACE INTO mutes VALUES (:id, :mute)", {
      id: mute.id,
      mute: JSON.stringify(mute),
    });
  }
  for (const row of withheld) {
    run("INSERT OR REPLACE INTO withheld VALUES (:mute, :withheld)", {
      ...row,
      withheld: JSON.stringify(row.withheld),
    });
  }
  for (const mute of endedMutes) {
    run("DELETE FROM mutes WHERE id = :mute", { mute });
    run("DELETE FROM withheld WHERE mute = :mute", { mute });
  }
}

const insertEvent =
  "INSERT INTO events VALUES (:sequence, :id, :time, :type, :project, :connection, :json)";

const replaceDelivery = `INSERT OR REPLACE INTO deliveries VALUES (
  :id, :event, :notifier, :orderKey, :sequence, :state,
  :attempts, :lastError, :nextAt, :createdAt, :settledAt,
  :incident, :role, :hold, :way)`;

const replaceThread = `INSERT OR REPLACE INTO threads
  VALUES (:notifier, :incident, :handle, :event, :toldAt, :endedAt)`;

const amendDelivery = `UPDATE deliveries
  SET state = :state, attempts = :attempts, last_error = :lastError,
    next_at = :nextAt, created_at = :createdAt, settled_at = :settledAt, hold = :hold
  WHERE id = :id AND state IN ('waiting', 'dead')`;

function writeObservation(run: Run, observed: ObservationRun): void {
  const values = { ...observed, observation: JSON.stringify(observed.observation) };
  if (run(extendLastRun, values) === 0) run(startRun, values);
}

const extendLastRun = `UPDATE observations SET last_at = :lastAt, polls = :polls
  WHERE first_at = :firstAt AND sequence =
    (SELECT max(sequence) FROM observations WHERE connection = :connection AND project = :project)`;

const startRun = `INSERT INTO observations (project, connection, first_at, last_at, polls, observation)
  VALUES (:project, :connection, :firstAt, :lastAt, :polls, :observation)`;

/**
 * Each deletes at most `:limit` rows from before `:before`, in this order. The last event stays (the next sequence
 * follows it), and so does the last run of each connection.
 */
export const forgetting = [
  `DELETE FROM deliveries WHERE rowid IN (
    SELECT rowid FROM deliveries
    WHERE state <> 'waiting' AND settled_at < :before
    LIMIT :limit)`,
  `DELETE FROM threads WHERE rowid IN (
    SELECT rowid FROM threads WHERE told_at < :before LIMIT :limit)`,
  `DELETE FROM events WHERE sequence IN (
    SELECT sequence FROM events
    WHERE time < :before
      AND sequence < (SELECT max(sequence) FROM events)
      AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.event = events.id)
      AND NOT EXISTS (SELECT 1 FROM threads WHERE threads.event = events.id)
    LIMIT :limit)`,
  `DELETE FROM observations WHERE sequence IN (
    SELECT sequence FROM observations AS run
    WHERE last_at < :before
      AND EXISTS (
        SELECT 1 FROM observations AS later
        WHERE later.connection = run.connection
          AND later.project = run.project
          AND later.sequence > run.sequence)
    LIMIT :limit)`,
];
