import { wake } from "../core/outbox.ts";
import type { Ledger } from "./ledger.ts";

/** Lets these notifiers try again at once what waits for them: somebody may have mended what kept them from it. */
export async function resume(
  ledger: Ledger,
  notifiers: readonly string[],
  now: number,
): Promise<void> {
  if (notifiers.length === 0) return;
  const { lanes } = ledger;
  await ledger.transact(() => ({
    lanes: notifiers.map((notifier) => ({
      notifier,
      memory: { ...lanes.memory(notifier), resumeAt: now },
    })),
    deliveries: notifiers.flatMap((notifier) => wake(lanes.waiting(notifier), now)),
    announced: [],
  }));
}
