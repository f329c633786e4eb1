import type { Blindness } from "./memory.ts";
import { withoutIds } from "./text.ts";

/** What is remembered of a connection or of a project. */
interface Sighted {
  readonly seenAt?: number;
  readonly blindness?: Blindness;
}

/** Whether people are shown something else: one more poll that ended as the last one did changes nothing but times and request ids. */
export function isShownOtherwise(before: Sighted | undefined, after: Sighted): boolean {
  return before === undefined || shown(before) !== shown(after);
}

function shown({ seenAt, blindness, ...rest }: Sighted): string {
  return JSON.stringify({
    ...rest,
    ...(blindness && {
      blind: [blindness.since, blindness.cause, withoutIds(blindness.message)],
    }),
  });
}
