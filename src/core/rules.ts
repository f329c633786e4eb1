import type { DispatchSettings } from "./dispatch.ts";
import type { Explain } from "./draft.ts";
import type { PolicySettings } from "./policy.ts";
import type { RemindersOf } from "./route.ts";

/** Everything that a configuration says about what is told, to whom, and in which words. */
export interface Rules {
  readonly settings: PolicySettings;
  readonly dispatching: DispatchSettings;
  /** Whom its routes remind of a problem. */
  readonly remindersOf: RemindersOf;
  readonly explain: Explain;
}
