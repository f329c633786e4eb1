import type { Listing, ListOptions } from "../core/listing.ts";
import type { ConnectionKind, Observation } from "../core/model.ts";
import type { Answer } from "./answer.ts";
import { createAsk, type Parts } from "./ask.ts";
import { createLister } from "./list.ts";
import { createShow, type Found } from "./show.ts";

export interface DliClient {
  /** Asks for one connection. `auto` asks for an enhanced one first, then for a basic one; the snapshot says which it is. */
  poll(target: PollTarget, signal?: AbortSignal): Promise<Observation>;
  /** Asks for all connections of a kind, a page after the other. */
  list(kind: ConnectionKind, options?: ListOptions): Promise<Listing>;
}

interface PollTarget {
  readonly id: string;
  readonly kind: "auto" | ConnectionKind;
}

/** Polls the connections of one project. Their requests share its rate; nothing here throws. */
export function createDliClient(parts: Parts): DliClient {
  const ask = createAsk(parts);
  const show = createShow(parts.project, ask);
  return {
    async poll({ id, kind }, signal) {
      const asking = { signal, spentMs: 0, renewed: false };
      const first = await show({ kind: kind === "auto" ? "enhanced" : kind, id }, asking);
      const mayBeBasic = lacksApi(first) || first.content?.outcome === "absent";
      if (kind !== "auto" || !mayBeBasic) return observationOf(first);
      const second = await show({ kind: "basic", id }, asking);
      return observationOf(lacksApi(second) ? first : second);
    },
    list: createLister(parts.project, ask),
  };
}

/** This cloud may have one kind of connection only. */
function lacksApi(answer: Answer<Found>): boolean {
  return answer.failure !== undefined && answer.noSuchApi === true;
}

function observationOf({ content, failure }: Answer<Found>): Observation {
  return failure ? { outcome: "failed", failure } : content;
}
