/**
 * A program: `node open-unprivileged.ts FILE MODE` opens a store as a user whom permissions bind (root gives its
 * rights away first) and prints `{ "events": number }` or `{ "error": message, "status": number }`.
 */
import { UserError } from "../../src/errors.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";

const nobody = 65_534;
const [, , file = "", mode] = process.argv;
if (process.getuid?.() === 0) {
  process.setgid?.(nobody);
  process.setuid?.(nobody);
}
try {
  await using store = openSqliteStore({ file, mode: mode === "daemon" ? "daemon" : "reader" });
  print({ events: (await store.events({ limit: 100 })).length });
} catch (thrown) {
  if (!(thrown instanceof UserError)) throw thrown;
  print({ error: thrown.message, status: thrown.status });
}

function print(outcome: object): void {
  process.stdout.write(JSON.stringify(outcome));
}
