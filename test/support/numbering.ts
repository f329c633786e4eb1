import type { Numbering } from "../../src/core/notice.ts";

/** Ids that sort in the order in which they were given, and a sequence. */
export function numbering(): Numbering {
  let ids = 0;
  let sequence = 0;
  return {
    newId: () => String(++ids).padStart(26, "0"),
    nextSequence: () => ++sequence,
  };
}
