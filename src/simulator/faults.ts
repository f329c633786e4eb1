import type { Reply } from "./replies.ts";
import type { Fault } from "./scenario.ts";

/** What goes wrong, and when. */
export interface Faults {
  /** Adds a fault, which wins over those before it; gives back its end. */
  add(fault: Fault): () => void;
  /** The fault this request meets, if any: it counts as one of the fault's `times`. */
  meet(url: string, elapsedMs: number): Fault | undefined;
}

export function faultsOf(initial: readonly Fault[]): Faults {
  const faults = initial.map((fault) => ({ fault, met: 0 }));
  return {
    add(fault) {
      const added = { fault, met: 0 };
      faults.push(added);
      return () => {
        added.met = Number.POSITIVE_INFINITY;
      };
    },
    meet(url, elapsedMs) {
      const met = faults.findLast((one) => {
        const { atMs = 0, forMs = Infinity, times = Infinity, url: part = "" } = one.fault;
        const on = elapsedMs >= atMs && elapsedMs < atMs + forMs;
        return on && one.met < times && url.includes(part);
      });
      if (met) met.met += 1;
      return met?.fault;
    },
  };
}

/** The reply a fault leaves: one of its own where it names a status or body, else the true one; then its headers and fields. */
export function replyUnder(fault: Fault | undefined, truth: () => Reply): Reply {
  if (!fault) return truth();
  const { status, headers, body, fields } = fault;
  const own = status !== undefined || body !== undefined;
  const reply: Reply = own ? { status: status ?? 200, body: body ?? "" } : truth();
  return {
    status: reply.status,
    headers: { ...reply.headers, ...headers },
    body: fields && typeof reply.body === "object" ? { ...reply.body, ...fields } : reply.body,
  };
}
