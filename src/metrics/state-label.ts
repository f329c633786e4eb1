import { documentedStates, sameState } from "../core/model.ts";

/** What a state is in a label: a documented one, or `other`, so that nothing the API invents makes a series. */
export const stateLabels = [...documentedStates, "other"] as const;
type StateLabel = (typeof stateLabels)[number];

export function stateLabel(state: string): StateLabel {
  return documentedStates.find((documented) => sameState(documented, state)) ?? "other";
}
