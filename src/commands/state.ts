import { sameState } from "../core/model.ts";
import type { Cell } from "./table.ts";

/** A state in its colour: bad ones red, the one that everybody waits for green, all between yellow. */
export function stateCell(state: string, bad: boolean): Cell {
  if (bad) return { text: state, style: "red" };
  return { text: state, style: sameState(state, "ACTIVE") ? "green" : "yellow" };
}
