import type { Binding } from "./model.ts";
import { sameState } from "./model.ts";

/** Identity of a binding within one snapshot: type, peer id and name as the API gave them. */
export function bindingKey({ type, peerId, name }: Binding): string {
  return JSON.stringify([type, name, peerId]);
}

/** The rows of one answer, each binding once, or a pair that contradicts itself. */
export type DistinctBindings =
  | { readonly bindings: readonly Binding[]; readonly contradiction?: never }
  | { readonly contradiction: readonly [Binding, Binding]; readonly bindings?: never };

/** Folds equal rows into one, the later `updatedAt` winning, in an order of their own; two rows of one binding that differ are a contradiction. */
export function distinctBindings(rows: readonly Binding[]): DistinctBindings {
  const distinct = new Map<string, Binding>();
  for (const row of rows) {
    const key = bindingKey(row);
    const known = distinct.get(key);
    if (known && (!sameState(known.state, row.state) || known.errMsg !== row.errMsg)) {
      return { contradiction: [known, row] };
    }
    if (!known || (row.updatedAt ?? 0) > (known.updatedAt ?? 0)) distinct.set(key, row);
  }
  const keys = [...distinct.keys()].sort();
  return { bindings: keys.flatMap((key) => distinct.get(key) ?? []) };
}

/** Two sets of bindings, paired as far as they are the same binding. */
export interface MatchedBindings {
  readonly pairs: readonly (readonly [before: Binding, after: Binding])[];
  readonly appeared: readonly Binding[];
  readonly disappeared: readonly Binding[];
}

/**
 * Pairs bindings of one type by peer id and name; then by the one of the two that both have, where the
 * other is missing; then by a name that stands once on either side (its peering was made anew).
 * The order of the rows never matters.
 */
export function matchBindings(
  before: readonly Binding[],
  after: readonly Binding[],
): MatchedBindings {
  const same = pairsInOrder(before, after);
  if (same) return { pairs: same, appeared: [], disappeared: [] };
  const rules: readonly Rule[] = [
    { key: bindingKey, over: "rest" },
    {
      key: ({ peerId }) => peerId,
      over: "rest",
      unless: (one, other) => one.name !== "" && other.name !== "",
    },
    {
      key: ({ name }) => name,
      over: "rest",
      unless: (one, other) => one.peerId !== "" && other.peerId !== "",
    },
    { key: ({ name }) => name, over: "all" },
  ];
  let matched: MatchedBindings = { pairs: [], appeared: after, disappeared: before };
  for (const { key, over, unless } of rules) {
    const counted =
      over === "all" ? { before, after } : { before: matched.disappeared, after: matched.appeared };
    const unique = { before: uniqueBy(key, counted.before), after: uniqueBy(key, counted.after) };
    const found = matched.disappeared.flatMap((one) => {
      const other = unique.after.get(key(one));
      const alone =
        other && unique.before.get(key(one)) === one && matched.appeared.includes(other);
      return alone && !unless?.(one, other) ? [[one, other] as const] : [];
    });
    matched = {
      pairs: [...matched.pairs, ...found],
      disappeared: matched.disappeared.filter((one) => !found.some(([paired]) => paired === one)),
      appeared: matched.appeared.filter((other) => !found.some(([, paired]) => paired === other)),
    };
  }
  return matched;
}

/** The usual case: the same rows in the same order, each name once. */
function pairsInOrder(
  before: readonly Binding[],
  after: readonly Binding[],
): MatchedBindings["pairs"] | undefined {
  const pairs = before.flatMap((one, index) => {
    const other = after[index];
    const isSame = other && one.name === other.name && one.peerId === other.peerId;
    return isSame ? [[one, other] as const] : [];
  });
  const isWhole = pairs.length === before.length && pairs.length === after.length;
  const names = new Set(before.map(({ name }) => name));
  return isWhole && names.size === before.length ? pairs : undefined;
}

interface Rule {
  readonly key: (binding: Binding) => string;
  /** Where the key must be unique: among what is still unpaired, or among all. */
  readonly over: "rest" | "all";
  readonly unless?: (one: Binding, other: Binding) => boolean;
}

function uniqueBy(key: Rule["key"], bindings: readonly Binding[]): ReadonlyMap<string, Binding> {
  const counts = Map.groupBy(bindings, key);
  return new Map(
    [...counts].flatMap(([value, [only, ...more]]) =>
      value !== "" && only && more.length === 0 ? [[value, only] as const] : [],
    ),
  );
}
