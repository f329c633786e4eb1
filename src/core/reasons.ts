import { hash } from "node:crypto";
import type { FieldChange } from "./event.ts";
import type { Incident } from "./memory.ts";
import { withoutIds } from "./text.ts";

/*
 * The API's reasons carry ids and numbers that differ from poll to poll, and some alternate between two texts. Inside an
 * incident a reason is told once, ids and numbers left aside; outside of one it is told where it differs from the one before.
 */

/** So many reasons of an incident are remembered. */
const mostReasons = 20;

/** Whether a change of a text or an attribute has not been told already. */
export function saysSomethingNew(
  { field, from, to }: FieldChange,
  incident: Incident | undefined,
): boolean {
  if (field !== "err_msg") return true;
  const told = [digestOf(from), ...(incident?.reasons ?? [])];
  return !told.includes(digestOf(to));
}

/** The incident, with a reason told in it. */
export function withReason(incident: Incident, errMsg: string): Incident {
  const others = (incident.reasons ?? []).filter((known) => known !== digestOf(errMsg));
  return { ...incident, reasons: [...others, digestOf(errMsg)].slice(-mostReasons) };
}

/** Short, for it is kept for every incident; two reasons have the same one in 2⁴⁸ cases. */
function digestOf(errMsg: string): string {
  return hash("sha256", withoutIds(errMsg), "base64url").slice(0, 8);
}
