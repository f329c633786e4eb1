import { describe, expect, test } from "vitest";
import type { Discovery } from "../../src/core/discovery.ts";
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

type Target = (typeof targets)[number];

function groups(
  pollBy: PollBy,
  pages: number,
  basic: readonly string[] = [],
  more: { readonly discover?: Discovery } = {},
) {
  const { single, lists } = groupsOf<Target>(
    { connections: targets, pollBy, ...more },
    {
      pages,
      kind: ({ id, kind }) => (basic.includes(id) ? "basic" : kind),
    },
  );
  const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id).join(" ");
  return [ids(single), ...lists.map((list) => ids(list.targets))];
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

describe("a list that is read for discovery", () => {
  const both = { kinds: ["basic", "enhanced"] } as const;

  test.each([
    [
      "auto",
      90,
      "b1 e3",
      [
        ["basic", ""],
        ["enhanced", "e1 a1 e2"],
      ],
    ],
    [
      "list",
      1,
      "b1",
      [
        ["basic", ""],
        ["enhanced", "e1 a1 e2"],
        ["enhanced", "e3"],
      ],
    ],
    [
      "show",
      1,
      "b1 e1 a1 e2 e3",
      [
        ["basic", ""],
        ["enhanced", ""],
      ],
    ],
  ] as const)(
    "polls those of its schedule: poll_by %s, %d pages",
    (pollBy, pages, single, lists) => {
      const project = { connections: targets, pollBy, discover: { ...both, schedule: often } };
      const groups = groupsOf<Target>(project, { pages, kind: ({ kind }) => kind });
      expect(groups.single.map(({ id }) => id).join(" ")).toBe(single);
      const found = groups.lists.map(({ kind, targets }) => [
        kind,
        targets.map(({ id }) => id).join(" "),
      ]);
      expect(found.sort()).toEqual(lists);
    },
  );

  test("is read to its end", () => {
    const project = {
      connections: targets,
      pollBy: "auto",
      discover: { ...both, schedule: seldom },
    } as const;
    const { lists } = groupsOf<Target>(project, { pages: 1, kind: ({ kind }) => kind });
    expect(lists.map(({ targets, pages }) => [targets.length, pages])).toEqual([
      [3, 2],
      [1, Number.POSITIVE_INFINITY],
      [0, Number.POSITIVE_INFINITY],
    ]);
  });
});
