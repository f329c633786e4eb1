import { type Clock, pause } from "../clock.ts";

/*
 * Wrong tokens are answered late, the later the more often one address sends some. The right one is always answered at
 * once: whoever guesses behind the same address, or from this machine, locks nobody out.
 */

/** Holds up those who guess. */
export interface Tries {
  /**
   * Resolves when a wrong try from an address may be answered, or its client is gone; `crowded`, at once, where too many
   * wait for that already.
   */
  wrong(address: string, gone: AbortSignal): Promise<"slowed" | "crowded">;
}

/** The first wrong try is answered after this many milliseconds, each further one after twice as long. */
const firstMs = 250;

/** No answer takes longer than this many milliseconds. */
export const longestMs = 8_000;

/** An address that has sent none for this many milliseconds begins anew. */
const forgottenAfterMs = 600_000;

/** Addresses that are remembered, the latest ones. */
const mostAddresses = 1_000;

/** Answers that are held up at the same time. */
export const mostWaiting = 100;

export function createTries(clock: Clock): Tries {
  const known = new Map<string, { readonly count: number; readonly at: number }>();
  let waiting = 0;

  /** How many an address has sent lately, this one included. */
  function countOf(address: string): number {
    const at = clock.monotonic();
    const before = known.get(address);
    const count = before && at - before.at < forgottenAfterMs ? before.count + 1 : 1;
    known.delete(address);
    known.set(address, { count, at });
    const [oldest] = known.keys();
    if (known.size > mostAddresses && oldest !== undefined) known.delete(oldest);
    return count;
  }

  return {
    async wrong(address, gone) {
      const count = countOf(address);
      if (waiting >= mostWaiting) return "crowded";
      waiting += 1;
      await pause(clock, Math.min(firstMs * 2 ** (count - 1), longestMs), gone);
      waiting -= 1;
      return "slowed";
    },
  };
}
