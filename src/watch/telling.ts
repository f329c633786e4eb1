import { dispatcher } from "../core/dispatch.ts";
import type { Announce, Draft, NoticeContext } from "../core/draft.ts";
import type { Event } from "../core/event.ts";
import { announcer, type Numbering } from "../core/notice.ts";
import type { Rules } from "../core/rules.ts";
import type { Change, Ledger } from "./ledger.ts";

/** What words and dispatches notices. */
export interface TellOptions {
  readonly ledger: Ledger;
  /** Name of this installation. */
  readonly installation: string;
  /** As configured now. */
  readonly rules: () => Rules;
}

/** What one decision announces, and what that changes. */
interface Telling {
  readonly announce: Announce;
  /** Words what is told within another notice. */
  readonly word: (draft: Draft) => Event;
  /** Gives, at the end, everything that was announced and how it goes to whom. */
  told(): Required<Pick<Change, "announced" | "deliveries" | "lanes" | "withheld">>;
}

/** Words, dispatches and collects the notices of one decision. */
export function startTelling(
  { ledger, installation, rules }: TellOptions,
  context: Omit<NoticeContext, "installation" | "explain">,
  numbering: Numbering,
): Telling {
  const { dispatching, explain } = rules();
  const { dispatch, dispatched } = dispatcher(dispatching, ledger.outbox, {
    now: context.observedAt,
    newId: numbering.newId,
  });
  const { announce, announced, word } = announcer(
    { installation, explain, ...context },
    dispatch,
    numbering,
  );
  return { announce, word, told: () => ({ announced, ...dispatched() }) };
}
