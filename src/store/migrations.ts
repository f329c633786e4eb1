/** Tells a dli-watch store from any other SQLite file: "dliw" in ASCII. */
export const applicationId = 0x646c_6977;

/**
 * The steps from an empty file to the present schema; `PRAGMA user_version` counts the ones taken. A step that was
 * released is never edited: a change is a new one.
 */
export const migrations: readonly string[] = [
  `
  PRAGMA application_id = ${applicationId};

  CREATE TABLE connections (
    project TEXT NOT NULL,
    id      TEXT NOT NULL,
    memory  TEXT NOT NULL,
    PRIMARY KEY (project, id)
  ) STRICT;

  CREATE TABLE projects (
    name   TEXT NOT NULL PRIMARY KEY,
    memory TEXT NOT NULL
  ) STRICT;

  CREATE TABLE lanes (
    notifier TEXT NOT NULL PRIMARY KEY,
    memory   TEXT NOT NULL
  ) STRICT;

  CREATE TABLE events (
    sequence   INTEGER NOT NULL PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    time       INTEGER NOT NULL,
    type       TEXT    NOT NULL,
    project    TEXT    NOT NULL,
    connection TEXT    NOT NULL,
    json       TEXT    NOT NULL
  ) STRICT;
  CREATE INDEX events_by_time ON events (time);
  CREATE INDEX events_by_connection ON events (connection, sequence);

  CREATE TABLE deliveries (
    id         TEXT    NOT NULL PRIMARY KEY,
    event      TEXT    NOT NULL REFERENCES events (id),
    notifier   TEXT    NOT NULL,
    order_key  TEXT    NOT NULL,
    sequence   INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    attempts   INTEGER NOT NULL,
    last_error TEXT    NOT NULL,
    next_at    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER
  ) STRICT;
  CREATE INDEX deliveries_by_state ON deliveries (state, notifier, id);
  CREATE INDEX deliveries_by_event ON deliveries (event);
  CREATE INDEX deliveries_settled ON deliveries (settled_at) WHERE settled_at IS NOT NULL;

  CREATE TABLE observations (
    sequence    INTEGER NOT NULL PRIMARY KEY,
    project     TEXT    NOT NULL,
    connection  TEXT    NOT NULL,
    first_at    INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    polls       INTEGER NOT NULL,
    observation TEXT    NOT NULL
  ) STRICT;
  CREATE INDEX observations_by_connection ON observations (connection, project, sequence);
  CREATE INDEX observations_by_time ON observations (last_at);
  `,
  `
  ALTER TABLE deliveries ADD COLUMN incident TEXT NOT NULL DEFAULT '';
  ALTER TABLE deliveries ADD COLUMN role TEXT NOT NULL DEFAULT '';
  ALTER TABLE deliveries ADD COLUMN hold TEXT NOT NULL DEFAULT '';
  ALTER TABLE deliveries ADD COLUMN way TEXT NOT NULL DEFAULT '';

  CREATE TABLE mutes (
    id   TEXT NOT NULL PRIMARY KEY,
    mute TEXT NOT NULL
  ) STRICT;

  CREATE TABLE withheld (
    mute     TEXT NOT NULL PRIMARY KEY,
    withheld TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE threads (
    notifier TEXT    NOT NULL,
    incident TEXT    NOT NULL,
    handle   TEXT,
    event    TEXT    NOT NULL REFERENCES events (id),
    told_at  INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (notifier, incident)
  ) STRICT;
  CREATE INDEX threads_by_event ON threads (event);
  `,
];
