import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distinctBindings } from "../../src/core/bindings.ts";
import { diff, hold, type Transition } from "../../src/core/diff.ts";
import {
  attributeFields,
  type Binding,
  bindingTypes,
  type Snapshot,
  sameState,
} from "../../src/core/model.ts";
import { queue, snapshot, withQueues } from "../support/snapshots.ts";

const short = (transitions: readonly Transition[]) =>
  transitions.map(({ type, binding, from, to, changed }) => {
    const row = binding?.after ?? binding?.before;
    const fields = changed.map(({ field }) => field).join(",");
    return [type, row?.name ?? "connection", `${from ?? ""}>${to ?? ""}`, fields]
      .filter(Boolean)
      .join(" ");
  });

describe("what is a transition", () => {
  test.each<{ case: string; before: Snapshot; after: Snapshot; transitions: string[] }>([
    { case: "an equal answer", before: snapshot(), after: snapshot(), transitions: [] },
    {
      case: "a moving process",
      before: snapshot({ process: 0.1 }),
      after: snapshot({ process: 0.9 }),
      transitions: [],
    },
    {
      case: "a state",
      before: snapshot({ state: "CREATING" }),
      after: snapshot(),
      transitions: ["transition connection CREATING>ACTIVE"],
    },
    {
      case: "a state in other letters",
      before: snapshot({ state: "Odd" }),
      after: snapshot({ state: "ODD" }),
      transitions: [],
    },
    {
      case: "a state nobody documented",
      before: snapshot(),
      after: snapshot({ state: "FROZEN" }),
      transitions: ["transition connection ACTIVE>FROZEN"],
    },
    {
      case: "a state with its reason",
      before: snapshot(),
      after: snapshot({ state: "FAILED", errMsg: "no router" }),
      transitions: ["transition connection ACTIVE>FAILED err_msg"],
    },
    {
      case: "another reason while FAILED",
      before: snapshot({ state: "FAILED", errMsg: "a" }),
      after: snapshot({ state: "FAILED", errMsg: "b" }),
      transitions: ["detail connection FAILED>FAILED err_msg"],
    },
    {
      case: "another message while ACTIVE",
      before: snapshot({ errMsg: "a" }),
      after: snapshot({ errMsg: "b" }),
      transitions: [],
    },
    ...attributeFields.map((field) => ({
      case: `the attribute ${field}`,
      before: snapshot({ attributes: { [field]: "a" } }),
      after: snapshot({ attributes: { [field]: "b" } }),
      transitions: [`detail connection ACTIVE>ACTIVE ${field}`],
    })),
    {
      case: "an attribute the answer left out",
      before: snapshot({ attributes: { name: "a" } }),
      after: snapshot({ attributes: {} }),
      transitions: [],
    },
    {
      case: "an attribute said for the first time",
      before: snapshot({ attributes: {} }),
      after: snapshot({ attributes: { name: "a" } }),
      transitions: [],
    },
    {
      case: "a new binding",
      before: withQueues(),
      after: withQueues(queue("etl")),
      transitions: ["appeared etl >ACTIVE"],
    },
    {
      case: "a binding less",
      before: withQueues(queue("etl")),
      after: withQueues(),
      transitions: ["disappeared etl ACTIVE>"],
    },
    {
      case: "a missing array",
      before: withQueues(queue("etl")),
      after: snapshot({ bindings: { queue: null, pool: null } }),
      transitions: ["disappeared etl ACTIVE>"],
    },
    {
      case: "a binding's state and reason",
      before: withQueues(queue("etl", { state: "CREATING" })),
      after: withQueues(queue("etl", { state: "FAILED", errMsg: "no router" })),
      transitions: ["transition etl CREATING>FAILED err_msg"],
    },
    {
      case: "a newer update_time",
      before: withQueues(queue("etl", { updatedAt: 1 })),
      after: withQueues(queue("etl", { updatedAt: 2 })),
      transitions: [],
    },
    {
      case: "a peering made anew",
      before: withQueues(queue("etl", { peerId: "a" })),
      after: withQueues(queue("etl", { peerId: "b" })),
      transitions: [],
    },
    {
      case: "a peer id left out",
      before: withQueues(queue("etl")),
      after: withQueues(queue("etl", { peerId: "" })),
      transitions: [],
    },
    {
      case: "a name left out",
      before: withQueues(queue("etl")),
      after: withQueues(queue("", { peerId: "peer-of-etl" })),
      transitions: [],
    },
    {
      case: "two bindings of one name, one of them rebound",
      before: withQueues(queue("etl", { peerId: "a" }), queue("etl", { peerId: "b" })),
      after: withQueues(queue("etl", { peerId: "b" }), queue("etl", { peerId: "c" })),
      transitions: ["disappeared etl ACTIVE>", "appeared etl >ACTIVE"],
    },
    {
      case: "a queue and a pool of the same name",
      before: withQueues(queue("etl")),
      after: snapshot({ bindings: { queue: [], pool: [{ ...queue("etl"), type: "pool" }] } }),
      transitions: ["disappeared etl ACTIVE>", "appeared etl >ACTIVE"],
    },
  ])("$case", ({ before, after, transitions }) => {
    expect(short(diff(before, after))).toEqual(transitions);
  });
});

const text = fc.constantFrom("", "a", "b", "VPC.0202 不可达");
const state = fc.constantFrom("CREATING", "ACTIVE", "FAILED", "frozen");
const rows = (type: Binding["type"]) =>
  fc
    .uniqueArray(
      fc.record({
        type: fc.constant(type),
        name: fc.constantFrom("etl", "adhoc", "ml"),
        peerId: fc.constantFrom("p1", "p2", "p3"),
        state,
        errMsg: text,
      }),
      { selector: ({ name, peerId }) => `${name}/${peerId}`, maxLength: 5 },
    )
    .map((list): readonly Binding[] => list);
const snapshots: fc.Arbitrary<Snapshot> = fc.record({
  kind: fc.constant("basic"),
  id: fc.constant("id"),
  state,
  errMsg: text,
  attributes: fc.record({ name: text, connectivity: text, hosts: text }),
  bindings: fc.record({ queue: rows("queue"), pool: rows("pool") }),
});

/** What transitions are about: states, attributes, reasons of what is FAILED, which bindings there are. */
function bearing(seen: Snapshot) {
  const reason = ({ state: own, errMsg }: { state: string; errMsg: string }) =>
    sameState(own, "FAILED") ? errMsg : undefined;
  const names = bindingTypes.flatMap((type) =>
    (seen.bindings[type] ?? []).map(
      (row) => `${type} ${row.name} ${row.state.toUpperCase()} ${reason(row)}`,
    ),
  );
  return {
    state: seen.state.toUpperCase(),
    reason: reason(seen),
    attributes: seen.attributes,
    bindings: names.sort(),
  };
}

/** Carries transitions out on a snapshot: the meaning of a transition, written a second time. */
function apply(before: Snapshot, transitions: readonly Transition[]): Snapshot {
  let seen = before;
  for (const transition of transitions) seen = applyOne(seen, transition);
  return seen;
}

function applyOne(seen: Snapshot, { binding, to, changed }: Transition): Snapshot {
  const reason = changed.find(({ field }) => field === "err_msg")?.to;
  if (!binding) {
    const attributes = Object.fromEntries(
      changed.filter(({ field }) => field !== "err_msg").map((change) => [change.field, change.to]),
    );
    return {
      ...seen,
      state: to ?? "",
      errMsg: reason ?? seen.errMsg,
      attributes: { ...seen.attributes, ...attributes },
    };
  }
  const { type } = binding.before ?? binding.after ?? queue("");
  const kept = (seen.bindings[type] ?? []).filter((row) => row !== binding.before);
  const moved = binding.before && {
    ...binding.before,
    state: to ?? "",
    errMsg: reason ?? binding.before.errMsg,
  };
  const added = binding.after && !binding.before ? binding.after : binding.after && moved;
  return { ...seen, bindings: { ...seen.bindings, [type]: added ? [...kept, added] : kept } };
}

describe("properties", () => {
  test("an equal snapshot gives nothing", () => {
    fc.assert(
      fc.property(snapshots, (seen) => {
        expect(diff(seen, structuredClone(seen))).toEqual([]);
      }),
    );
  });

  test("applying the transitions of A to B to A gives B", () => {
    fc.assert(
      fc.property(snapshots, snapshots, (before, after) => {
        expect(bearing(apply(before, diff(before, after)))).toEqual(bearing(after));
      }),
      { numRuns: 2_000 },
    );
  });

  test("the order of the rows never matters", () => {
    const shuffled = snapshots.chain((seen) =>
      fc.record({
        seen: fc.constant(seen),
        queue: fc.shuffledSubarray([...(seen.bindings.queue ?? [])], {
          minLength: seen.bindings.queue?.length ?? 0,
        }),
      }),
    );
    fc.assert(
      fc.property(snapshots, shuffled, (before, { seen, queue: reordered }) => {
        const other = { ...seen, bindings: { ...seen.bindings, queue: reordered } };
        expect(short(diff(before, other)).sort()).toEqual(short(diff(before, seen)).sort());
        expect(short(diff(other, before)).sort()).toEqual(short(diff(seen, before)).sort());
      }),
    );
  });

  test("equal duplicates never matter, contradicting ones are found", () => {
    fc.assert(
      fc.property(rows("queue"), fc.nat(), (list, index) => {
        const one = list[index % Math.max(list.length, 1)];
        if (!one) return;
        expect(distinctBindings([...list, { ...one }]).bindings).toEqual(
          distinctBindings(list).bindings,
        );
        expect(
          distinctBindings([...list, { ...one, errMsg: `${one.errMsg}!` }]).contradiction,
        ).toBeDefined();
      }),
    );
  });

  test("holding everything back leaves what was known; holding nothing takes the answer over", () => {
    fc.assert(
      fc.property(snapshots, snapshots, (before, after) => {
        expect(bearing(hold(before, after, diff(before, after)))).toEqual(bearing(before));
        expect(bearing(hold(before, after, []))).toEqual(bearing(after));
      }),
    );
  });

  test("what is held is found again by the next poll", () => {
    fc.assert(
      fc.property(snapshots, snapshots, (before, after) => {
        const transitions = diff(before, after);
        expect(short(diff(hold(before, after, transitions), after))).toEqual(short(transitions));
      }),
    );
  });
});
