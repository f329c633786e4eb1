/**
 * A program: `node commit-until-killed.ts FILE` is a daemon that commits one event, its delivery and the memory
 * of a connection at a time, and writes the event's sequence to its output when the commit is done. It never ends.
 */
import { writeSync } from "node:fs";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { connectionMemory, delivery, storedEvent } from "./store-samples.ts";

const [, , file = ""] = process.argv;
const store = openSqliteStore({ file, mode: "daemon" });
const { sequence: last } = await store.memories();
for (let sequence = last + 1; ; sequence += 1) {
  const event = storedEvent(sequence);
  await store.commit({
    connections: [{ project: "prod", id: "orders", memory: connectionMemory(sequence) }],
    events: [event],
    deliveries: [delivery(event)],
  });
  writeSync(1, `${sequence}\n`);
}
