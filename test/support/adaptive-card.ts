import { createRequire } from "node:module";

/** Its modules do not load in Node, its bundle does. */
const { AdaptiveCard, SerializationContext, Versions }: typeof import("adaptivecards") =
  createRequire(import.meta.url)("adaptivecards/dist/adaptivecards.js");

/** A card as the reference parser of Adaptive Cards 1.4 understands it, and what it complains of. */
export function readCard(card: object): { readonly card: unknown; readonly problems: string[] } {
  const context = new SerializationContext(Versions.v1_4);
  const parsed = new AdaptiveCard();
  parsed.parse(card, context);
  const problems = Array.from(
    { length: context.eventCount },
    (_, index) => context.getEventAt(index).message,
  );
  return { card: parsed.toJSON(), problems };
}
