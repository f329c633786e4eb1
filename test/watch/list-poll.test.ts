import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import type { PollBy } from "../../src/core/listing.ts";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import { pollRounds, type Round } from "../support/polled-cloud.ts";

const page = "datasource/enhanced-connections?limit=100&offset=0";
const ofItsOwn = (id: string) => `datasource/enhanced-connections/${id}`;

function enhanced(id: string, said: Partial<SimulatedConnection> = {}): SimulatedConnection {
  return { id, kind: "enhanced", queues: { etl: {} }, ...said };
}

/** What an event says, less what differs between two watchers of the same. */
function said({ type, subject, data }: Event): string {
  const { severity, title, from, to, err_msg, changed, cause } = data;
  const words = { severity, title, from, to, err_msg, changed, cause };
  return JSON.stringify([type, subject, words]);
}

const whole = fc.constantFrom<Partial<SimulatedConnection>>(
  {},
  { queues: { etl: { status: "CREATING" } } },
  { queues: { etl: { status: "FAILED", err_msg: "no router" } } },
  { queues: { etl: { status: "FAILED", err_msg: "no subnet" }, bi: {} } },
  { queues: {}, pools: { p1: {} } },
  { queues: {}, fields: { name: "renamed", available_queue_info: null } },
);
const broken = fc.constant<Partial<SimulatedConnection>>({
  fields: { available_queue_info: [{ name: "etl" }] },
});

/** A connection's life, a round after the other: it may be denied for one round, and in the end for good. */
function life(
  id: string,
  length: number,
  look: fc.Arbitrary<Partial<SimulatedConnection>>,
): fc.Arbitrary<readonly SimulatedConnection[]> {
  const kind = id.startsWith("b") ? "basic" : "enhanced";
  return fc
    .record({
      looks: fc.array(look, { minLength: length, maxLength: length }),
      blip: fc.nat(2 * length),
      gone: fc.nat(2 * length),
      end: fc.constantFrom<Partial<SimulatedConnection>>({ absent: true }, { state: "DELETED" }),
    })
    .map(({ looks, blip, gone, end }) =>
      looks.map((look, round) => {
        if (round >= gone) return { id, kind, ...end };
        return { id, kind, ...(round === blip ? { absent: true } : look) };
      }),
    );
}

/** Rounds in which all, some or none can be read, and the list leaves out what is there. */
function timeline(
  ids: string[],
  look: fc.Arbitrary<Partial<SimulatedConnection>>,
): fc.Arbitrary<readonly Round[]> {
  return fc.integer({ min: 2, max: 12 }).chain((length) => {
    const rounds = { minLength: length, maxLength: length };
    return fc
      .record({
        lives: fc.tuple(...ids.map((id) => life(id, length, look))),
        down: fc.array(fc.integer({ min: 0, max: 3 }), rounds),
        unlisted: fc.array(fc.subarray(ids), rounds),
        order: fc.array(fc.boolean(), rounds),
      })
      .map(({ lives, down, unlisted, order }) =>
        Array.from({ length }, (_, round) => {
          const now = lives.flatMap((own) => own[round] ?? []);
          return {
            connections: order[round] ? now.toReversed() : now,
            unlisted: unlisted[round] ?? [],
            down: down[round] === 0,
          };
        }),
      );
  });
}

const enhancedOnes = ["e1", { id: "e2", kind: "enhanced" }, "e3", "e4"];

test.each([
  {
    what: "what becomes of each",
    rounds: timeline(["e1", "e2", "e3", "e4", "b1"], fc.oneof(whole, broken)),
    connections: [...enhancedOnes, "b1"],
    policy: { unreachable_after: 100 },
  },
  {
    what: "that nothing can be seen",
    rounds: timeline(["e1", "e2", "e3", "e4"], whole),
    connections: enhancedOnes,
    policy: {},
  },
])("the list tells what requests for each would tell: $what", async (given) => {
  const toldBy = async (poll_by: PollBy, rounds: readonly Round[]) => {
    const { told } = await pollRounds(rounds, { ...given, poll_by });
    return told.map((events) => events.map(said).sort());
  };
  await fc.assert(
    fc.asyncProperty(given.rounds, async (rounds) => {
      const shown = await toldBy("show", rounds);
      expect(await toldBy("list", rounds)).toEqual(shown);
      expect(await toldBy("auto", rounds)).toEqual(shown);
    }),
  );
});

describe("connections of one schedule", () => {
  const rounds = (count: number, connections: readonly SimulatedConnection[]) =>
    Array.from({ length: count }, () => ({ connections }));
  const many = Array.from({ length: 250 }, (_, index) => enhanced(`e${index}`));

  test("are asked for together, unless it is one", async () => {
    const two = { poll_by: "auto", connections: ["e1", "e2"] } as const;
    expect((await pollRounds(rounds(2, many), { ...two, connections: ["e1"] })).asked).toEqual([
      [ofItsOwn("e1")],
      [ofItsOwn("e1")],
    ]);
    const { asked } = await pollRounds(rounds(2, many.slice(0, 50)), two);
    expect(asked).toEqual([[page], [page]]);
  });

  test("are asked for each by itself once the list proves to have as many pages", async () => {
    const three = { poll_by: "auto", connections: ["e1", "e2", "e3"] } as const;
    const { asked } = await pollRounds(rounds(3, many), three);
    const second = page.replace("offset=0", "offset=100");
    const each = ["e1", "e2", "e3"].map(ofItsOwn);
    const asSet = asked.map((urls) => urls.toSorted());
    expect(asSet).toEqual([[page, second, ...each].sort(), each, each]);
    const four = { poll_by: "auto", connections: ["e1", "e2", "e3", "e4"] } as const;
    const third = page.replace("offset=0", "offset=200");
    expect((await pollRounds(rounds(1, many), four)).asked).toEqual([[page, second, third]]);
  });

  test("may be written in other letters than the API does", async () => {
    const project = { poll_by: "list", connections: ["E1", "e2"] } as const;
    const failing = enhanced("e1", { queues: { etl: { status: "FAILED" } } });
    const { asked, told } = await pollRounds(rounds(1, [failing, enhanced("e2")]), project);
    expect(asked).toEqual([[page]]);
    expect(told.flat().map(({ subject }) => subject)).toEqual(["connections/E1/queues/etl"]);
  });

  test("that turn out to be basic are polled by themselves", async () => {
    const connections = [enhanced("e1"), enhanced("e2"), { id: "b1", kind: "basic" } as const];
    const project = { poll_by: "auto", connections: ["e1", "b1", "e2"] } as const;
    const { asked } = await pollRounds(rounds(2, connections), project);
    expect(asked[0]).toEqual([page, ofItsOwn("b1"), "datasource-connection/b1"]);
    expect(asked[1]?.toSorted()).toEqual(["datasource-connection/b1", page]);
  });

  test("that are basic are found where there are no enhanced ones at all", async () => {
    const basic = ["b1", "b2"].map((id) => ({ id, kind: "basic" }) as const);
    const twice = [0, 1].map(() => ({ connections: basic, basicOnly: true }));
    const { asked, told } = await pollRounds(twice, {
      poll_by: "auto",
      connections: ["b1", "b2"],
      policy: { first_sight: "all" },
    });
    expect(told.flat().map(({ subject }) => subject)).toEqual(["connections/b1", "connections/b2"]);
    expect(asked[1]?.toSorted()).toEqual(["datasource-connection/b1", "datasource-connection/b2"]);
  });

  test("that are gone are looked for once an hour", async () => {
    const connections = [enhanced("e1"), enhanced("e2")];
    const absent = [enhanced("e1"), enhanced("e2", { absent: true })];
    const { asked, told } = await pollRounds(
      [...rounds(1, connections), ...rounds(70, absent), ...rounds(1, connections)],
      { poll_by: "list", connections: ["e1", "e2"] },
    );
    const confirmed = asked.flatMap((urls, round) =>
      urls.includes(ofItsOwn("e2")) ? [round] : [],
    );
    expect(confirmed).toEqual([1, 2, 63]);
    expect(told.flat().map(({ data }) => `${data.from}>${data.to}`)).toEqual([
      "ACTIVE>DELETED",
      "DELETED>ACTIVE",
      "undefined>ACTIVE",
    ]);
  });

  test("are confirmed a few at a time where the list leaves out all", async () => {
    const unlisted = many.map(({ id }) => id);
    const project = { poll_by: "list", connections: unlisted } as const;
    const { asked, told } = await pollRounds(
      [{ connections: many }, { connections: many, unlisted }, { connections: many, unlisted }],
      project,
    );
    const [, second = [], third = []] = asked.map((urls) =>
      urls.filter((url) => url.includes("-connections/")),
    );
    expect([second.length, third.length]).toEqual([50, 50]);
    expect(second.filter((url) => third.includes(url))).toEqual([]);
    expect(told.flat()).toEqual([]);
  });

  test("are polled more often while one of them changes", async () => {
    const creating = enhanced("e2", { queues: { etl: { status: "CREATING" } } });
    const schedule = { every: "60s", while_changing: "15s" };
    const connections = ["e1", "e2"].map((id) => ({ id, kind: "enhanced", schedule }));
    const { asked } = await pollRounds(
      [...rounds(2, [enhanced("e1"), creating]), ...rounds(1, [enhanced("e1"), enhanced("e2")])],
      { poll_by: "auto", connections },
    );
    expect(asked.map(({ length }) => length)).toEqual([1, 4, 1]);
  });
});
