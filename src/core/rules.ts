import type { DispatchSettings } from "./dispatch.ts";
import type { Explain } from "./draft.ts";
import type { PolicySettings } from "./policy.ts";

/** Everything that a configuration says about what is told, to whom, and in which words. */
export interface Rules {
  readonly settings: PolicySettings;
  readonly dispatching: DispatchSettings;
  readonly explain: Explain;
}
