import type { Draft, Explain } from "./draft.ts";
import type { Hint } from "./event.ts";
import { failureTexts } from "./failure-texts.ts";
import { knownHints } from "./known-hints.ts";

/** A hint that the configuration adds. */
export interface OwnHint {
  /** The regular expression, as it is written. */
  readonly match: string;
  readonly isIn: (text: string) => boolean;
  readonly hint: Hint;
}

/** A longer text says what is wrong at its beginning; so many characters of it are looked at. */
const longestText = 4_000;

/** Explains by what the cloud says, the configuration's own hints first; else by the cause, or by what is told. */
export function explainer(own: readonly OwnHint[]): Explain {
  return (draft) => {
    const { type, to, errMsg, cause } = draft;
    const connectivity = changedConnectivity(draft);
    return (
      hintFor(errMsg ?? connectivity ?? "", own) ??
      (cause && knownHints[cause]) ??
      (connectivity === undefined
        ? byChange[to === undefined ? type : `${type} ${to.toUpperCase()}`]
        : knownHints.doubtfulConnectivity)
    );
  };
}

function hintFor(said: string, own: readonly OwnHint[]): Hint | undefined {
  if (said === "") return undefined;
  const start = said.slice(0, longestText);
  const known =
    own.find(({ isIn }) => isIn(start)) ?? failureTexts.find(({ text }) => text.test(start));
  return known?.hint;
}

/** Whether the target can be reached, where a detail says that this has changed. */
function changedConnectivity({ type, changed = [] }: Draft): string | undefined {
  if (type !== "detail") return undefined;
  return changed.find(({ field }) => field === "connectivity")?.to;
}

/** By the type of what is told, and the state that it is about. */
const byChange: Readonly<Record<string, Hint>> = {
  not_found: knownHints.noSuchConnection,
  "stuck CREATING": knownHints.stuckCreating,
};
