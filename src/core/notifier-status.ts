import type { LaneMemory } from "./memory.ts";
import { isoTime } from "./notice.ts";
import type { Delivery } from "./outbox.ts";

/** How the telling goes through one notifier. Times are ISO 8601; what is `undefined` is absent in JSON. */
export interface NotifierStatus {
  readonly name: string;
  /** Absent for one that is configured no more, and that something still waits for. */
  readonly type: string | undefined;
  readonly fallback: string | undefined;
  /** `failing`: it refuses everything; `retrying`: the last attempt was not accepted. */
  readonly state: "working" | "retrying" | "failing";
  /** Since when it refuses everything, and what it says. */
  readonly failing:
    | { readonly since: string; readonly incident: string; readonly error: string }
    | undefined;
  /** When it is tried again, if not at once. */
  readonly resume_at: string | undefined;
  /** Deliveries that wait to be sent. */
  readonly waiting: number;
  /** Since when the oldest of them waits. */
  readonly waiting_since: string | undefined;
  /** Deliveries that are delayed, or collected for a digest. */
  readonly held: number;
  /** Deliveries that were given up. */
  readonly dead: number;
}

interface NamedNotifier {
  readonly name: string;
  readonly type: string;
  readonly fallback?: string;
}

interface KnownLanes {
  memory(notifier: string): LaneMemory;
  /** The oldest first. */
  waiting(notifier: string): readonly Delivery[];
  /** Names of those that something waits for, configured or not. */
  awaited(): readonly string[];
}

/** The configured notifiers, then those that something waits for although they are configured no more. */
export function notifiersOf(
  configured: readonly NamedNotifier[],
  {
    lanes,
    deadLetters,
    now,
  }: {
    readonly lanes: KnownLanes;
    /** By notifier. */
    readonly deadLetters: ReadonlyMap<string, number>;
    /** Epoch milliseconds. */
    readonly now: number;
  },
): readonly NotifierStatus[] {
  const named = new Map(configured.map((one) => [one.name, one]));
  return [...new Set([...named.keys(), ...lanes.awaited()])].map((name) => {
    const { failing, failures, resumeAt } = lanes.memory(name);
    const all = lanes.waiting(name);
    const waiting = all.filter(({ hold }) => !hold);
    const [oldest] = waiting;
    const retrying = failures > 0 ? "retrying" : "working";
    return {
      name,
      type: named.get(name)?.type,
      fallback: named.get(name)?.fallback,
      state: failing ? "failing" : retrying,
      failing: failing && {
        since: isoTime(failing.openedAt),
        incident: failing.id,
        error: failing.error,
      },
      resume_at: resumeAt > now ? isoTime(resumeAt) : undefined,
      waiting: waiting.length,
      waiting_since: oldest && isoTime(oldest.createdAt),
      held: all.length - waiting.length,
      dead: deadLetters.get(name) ?? 0,
    };
  });
}
