import type { Thread } from "../core/thread.ts";
import type { Commit } from "../store/store.ts";

/** What every notifier took of incidents that matter to it, as the store has it. */
export interface ThreadTable {
  thread(notifier: string, incident: string): Thread | undefined;
  /** All of a notifier. */
  of(notifier: string): readonly Thread[];
  /** Takes over what was committed. */
  apply(change: Pick<Commit, "threads" | "endedThreads">): void;
}

/** Starts with what the store remembers. */
export function createThreadTable(threads: readonly Thread[]): ThreadTable {
  const byNotifier = new Map<string, Map<string, Thread>>();

  function remember(thread: Thread): void {
    const own = byNotifier.get(thread.notifier) ?? new Map<string, Thread>();
    byNotifier.set(thread.notifier, own.set(thread.incident, thread));
  }

  threads.forEach(remember);
  return {
    thread: (notifier, incident) => byNotifier.get(notifier)?.get(incident),
    of: (notifier) => [...(byNotifier.get(notifier)?.values() ?? [])],
    apply({ threads: changed = [], endedThreads = [] }) {
      changed.forEach(remember);
      for (const { notifier, incident } of endedThreads) byNotifier.get(notifier)?.delete(incident);
    },
  };
}
