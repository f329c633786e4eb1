import { expect, test } from "vitest";
import type { PollBy } from "../../src/core/listing.ts";
import { groupsOf } from "../../src/core/poll-groups.ts";

const often = { everyMs: 1_000, jitter: 0 };
const seldom = { cron: "0 * * * *", timezone: "UTC" };

const targets = [
  { id: "b1", kind: "basic", schedule: often },
  { id: "e1", kind: "enhanced", schedule: often },
  { id: "a1", kind: "auto", schedule: { ...often } },
  { id: "e2", kind: "enhanced", schedule: often },
  { id: "e3", kind: "enhanced", schedule: seldom },
] as const;

function groups(pollBy: PollBy, pages: number, basic: readonly string[] = []) {
  const { single, listed } = groupsOf(targets, {
    pollBy,
    pages,
    kind: ({ id, kind }) => (basic.includes(id) ? "basic" : kind),
  });
  const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id).join(" ");
  return [ids(single), ...listed.map((group) => ids(group.targets))];
}

test.each([
  ["show", 1, [], ["b1 e1 a1 e2 e3"]],
  ["list", 1, [], ["b1", "e1 a1 e2", "e3"]],
  ["list", 90, [], ["b1", "e1 a1 e2", "e3"]],
  ["list", 1, ["a1"], ["b1 a1", "e1 e2", "e3"]],
  ["auto", 1, [], ["b1 e3", "e1 a1 e2"]],
  ["auto", 2, [], ["b1 e3", "e1 a1 e2"]],
  ["auto", 3, [], ["b1 e1 a1 e2 e3"]],
  ["auto", 1, ["a1", "e1"], ["b1 e1 a1 e2 e3"]],
] as const)(
  "poll_by %s, a list of %d pages, %j known as basic: %j",
  (pollBy, pages, basic, expected) => {
    expect(groups(pollBy, pages, basic)).toEqual(expected);
  },
);
