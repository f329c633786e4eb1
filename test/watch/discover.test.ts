import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import type { SimulatedConnection } from "../../src/simulator/scenario.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import { pollRounds, type Round } from "../support/polled-cloud.ts";

const page = "datasource/enhanced-connections?limit=100&offset=0";
const basicList = "datasource-connection";

function enhanced(id: string, said: Partial<SimulatedConnection> = {}): SimulatedConnection {
  return { id, kind: "enhanced", queues: { etl: {} }, ...said };
}

function basic(id: string, said: Partial<SimulatedConnection> = {}): SimulatedConnection {
  return { id, kind: "basic", ...said };
}

/** Rounds with these connections each, an enhanced one where there is only an id. */
function rounds(...all: readonly (readonly (string | SimulatedConnection)[])[]): readonly Round[] {
  return all.map((connections) => ({
    connections: connections.map((one) => (typeof one === "string" ? enhanced(one) : one)),
  }));
}

/** A line for each event: its round, type, resource and states. */
function lines(told: readonly (readonly Event[])[]): readonly string[] {
  return told.flatMap((events, round) =>
    events.map(({ type, subject, data }) => {
      const states = data.from || data.to ? ` ${data.from ?? ""}>${data.to ?? ""}` : "";
      return `${round} ${data.severity} ${type.slice("dli-watch.".length)} ${subject}${states}`;
    }),
  );
}

const failing = enhanced("e2", { queues: { etl: { status: "FAILED" } } });

test("what is there at first is told by first_sight, what comes later is told as appeared", async () => {
  const { told, watched } = await pollRounds(
    rounds(["e1", failing], ["e1", failing, "e3"], ["e1", failing, "e3"]),
    { discover: true },
  );
  expect(lines(told)).toEqual([
    "0 critical appeared connections/e2/queues/etl >FAILED",
    "1 info appeared connections/e3 >ACTIVE",
  ]);
  expect(watched.toSorted()).toEqual(["e1", "e2", "e3"]);
});

test("one call serves the discovery and the polls of its schedule", async () => {
  const all = rounds(["e1", "e2"], ["e1", "e2"]);
  const { asked } = await pollRounds(all, { connections: ["e1"], discover: { kind: "enhanced" } });
  expect(asked).toEqual([[page], [page]]);
  const show = { poll_by: "show", connections: ["e1"], discover: { kind: "enhanced" } } as const;
  const second = (await pollRounds(all, show)).asked[1]?.toSorted();
  expect(second).toEqual([
    "datasource/enhanced-connections/e1",
    "datasource/enhanced-connections/e2",
    page,
  ]);
});

test("one that vanishes is confirmed by its own request, told as gone and polled no more, until it is back", async () => {
  const { told, asked, watched } = await pollRounds(
    rounds(["e1", "e2"], ["e1"], ["e1"], ["e1"], ["e1"], ["e1", "e2"]),
    { discover: { kind: "enhanced" } },
  );
  expect(lines(told)).toEqual([
    "2 warning transition connections/e2 ACTIVE>DELETED",
    "5 info transition connections/e2 DELETED>ACTIVE",
    "5 info appeared connections/e2/queues/etl >ACTIVE",
  ]);
  const own = "datasource/enhanced-connections/e2";
  expect(asked.map((urls) => urls.includes(own))).toEqual([false, true, true, false, false, false]);
  expect(watched.toSorted()).toEqual(["e1", "e2"]);
});

test("a basic one is asked for by itself, and forgotten when it is gone", async () => {
  const failed = basic("b1", { state: "FAILED", message: "no router" });
  const { told, asked, watched } = await pollRounds(
    rounds([failed], [failed], [failed, basic("b2")], [failed], [failed], [failed]),
    { discover: { kind: "basic" } },
  );
  expect(lines(told)).toEqual([
    "0 critical appeared connections/b1 >FAILED",
    "2 info appeared connections/b2 >ACTIVE",
    "4 warning transition connections/b2 ACTIVE>DELETED",
  ]);
  expect(asked.map((urls) => urls.toSorted())).toEqual([
    [basicList, `${basicList}/b1`],
    [basicList, `${basicList}/b1`],
    [basicList, `${basicList}/b1`, `${basicList}/b2`],
    [basicList, `${basicList}/b1`, `${basicList}/b2`],
    [basicList, `${basicList}/b1`, `${basicList}/b2`],
    [basicList, `${basicList}/b1`],
  ]);
  expect(watched).toEqual(["b1"]);
});

describe("discovered are", () => {
  const cloud = rounds([
    enhanced("e1", { fields: { name: "prod-a" } }),
    enhanced("e2", { fields: { name: "test-a" } }),
    enhanced("e3", { fields: { name: "prod-b" }, state: "DELETED" }),
    enhanced("e4"),
    basic("b1", { fields: { name: "prod-c" } }),
  ]);
  test.each([
    [true, ["b1", "e1", "e2", "e4"]],
    [{}, ["b1", "e1", "e2", "e4"]],
    [{ kind: "basic" }, ["b1"]],
    [{ name: "prod-*" }, ["b1", "e1"]],
    [{ kind: "enhanced", name: ["test-*", "prod-*"] }, ["e1", "e2"]],
    [{ name: { not: "prod-*" } }, ["e2", "e4"]],
    [{ name: "none" }, []],
  ])("%j: %j", async (discover, expected) => {
    const { watched } = await pollRounds(cloud, { discover });
    expect(watched.toSorted()).toEqual(expected);
  });
});

test("one that is configured keeps its name and labels, in whatever letters its id is written", async () => {
  const connections = [{ id: "E2", name: "orders", kind: "enhanced" }];
  const { told, watched } = await pollRounds(rounds([failing]), { connections, discover: true });
  expect(told.flat().map(({ data }) => data.connection?.name)).toEqual(["orders"]);
  expect(watched).toEqual(["E2"]);
});

test("a list that fails or leaves something out changes nothing", async () => {
  const both = rounds(["e1", "e2"]);
  const down = { connections: [], down: true };
  const torn = both.map((round) => ({ ...round, unlisted: ["e1", "e2"] }));
  const { told, watched } = await pollRounds([down, ...both, down, ...torn, ...torn, ...torn], {
    discover: true,
  });
  expect(told.flat()).toEqual([]);
  expect(watched.toSorted()).toEqual(["e1", "e2"]);
});

test("a project of which nothing is known yet is unreachable when its lists cannot be read", async () => {
  const down = { connections: [], down: true };
  const { told } = await pollRounds(
    [down, down, down, down, ...rounds([]), down, ...rounds(["e1"])],
    {
      discover: { kind: "enhanced" },
    },
  );
  expect(lines(told)).toEqual([
    "2 warning unreachable projects/prod",
    "4 info reachable projects/prod",
    "6 info appeared connections/e1 >ACTIVE",
  ]);
});

describe("after a start", () => {
  test("what was discovered is watched at once; what came meanwhile is new", async () => {
    const store = openMemoryStore();
    await pollRounds(rounds(["e1", "e2"]), { discover: true, store });
    const { told, watched } = await pollRounds(rounds(["e1", "e3"], ["e1", "e3"]), {
      discover: true,
      store,
    });
    expect(lines(told)).toEqual([
      "0 info appeared connections/e3 >ACTIVE",
      "1 warning transition connections/e2 ACTIVE>DELETED",
    ]);
    expect(watched.toSorted()).toEqual(["e1", "e3"]);
  });

  test("without discover nothing of it is watched", async () => {
    const store = openMemoryStore();
    await pollRounds(rounds(["e1", "e2"]), { discover: true, store });
    const { asked, watched } = await pollRounds(rounds(["e1", "e2"]), {
      connections: ["e2"],
      store,
    });
    expect(asked).toEqual([["datasource/enhanced-connections/e2"]]);
    expect(watched).toEqual(["e2"]);
  });

  test("what another pattern finds was there before", async () => {
    const store = openMemoryStore();
    const cloud = rounds([
      enhanced("e1", { fields: { name: "prod-a" } }),
      enhanced("e2", { fields: { name: "test-a" } }),
    ]);
    await pollRounds(cloud, { discover: { name: "prod-*" }, store });
    const { told, watched } = await pollRounds(cloud, { discover: { name: "test-*" }, store });
    expect(told.flat()).toEqual([]);
    expect(watched).toEqual(["e2"]);
  });
});

test("a state decides only whether one is found: what becomes of it is told", async () => {
  const all = [
    enhanced("e1"),
    basic("b1", { state: "CREATING" }),
    basic("b2", { state: "FAILED" }),
  ];
  const broken = all.map((one) => ({ ...one, state: "FAILED" }));
  const { told, watched } = await pollRounds([{ connections: all }, { connections: broken }], {
    discover: { status: ["active", "creat*"] },
  });
  expect(lines(told).toSorted()).toEqual([
    "1 critical transition connections/b1 CREATING>FAILED",
    "1 critical transition connections/e1 ACTIVE>FAILED",
  ]);
  expect(watched.toSorted()).toEqual(["b1", "e1"]);
});

describe("with tags", () => {
  const tags = { team: "data", env: "prod a&b" };
  const discover = { tags };
  const tagged = `${page}&tags=env%3Dprod%20a%26b%2Cteam%3Ddata`;
  const mine = enhanced("e1", { tags: { ...tags, more: "1" } });
  const named = enhanced("e2", { tags: { team: "data" } });

  test("only those that have them all are found, by a list of their own", async () => {
    const connections = [mine, named, basic("b1")];
    const { asked, watched } = await pollRounds([{ connections }, { connections }], {
      connections: [{ id: "e2", kind: "enhanced" }],
      discover,
    });
    expect(watched).toEqual(["e2", "e1"]);
    const second = asked[1]?.toSorted();
    expect(second).toEqual([tagged, "datasource/enhanced-connections/e2"].toSorted());
  });

  test("one that loses them is watched no more, without a word", async () => {
    const bare = enhanced("e1", { queues: { etl: {} } });
    const { told, asked, watched } = await pollRounds(
      rounds([mine], [mine], [bare], [bare], [bare]),
      { discover },
    );
    expect(lines(told)).toEqual([]);
    expect(asked.slice(2)).toEqual([
      [tagged, "datasource/enhanced-connections/e1"],
      [tagged],
      [tagged],
    ]);
    expect(watched).toEqual([]);
  });

  test("one that is gone is told as gone", async () => {
    const { told } = await pollRounds(rounds([mine], [], [], []), { discover });
    expect(lines(told)).toEqual(["2 warning transition connections/e1 ACTIVE>DELETED"]);
  });

  test("others are found when they change", async () => {
    const store = openMemoryStore();
    const other = enhanced("e3", { tags: { team: "web" } });
    await pollRounds(rounds([mine, other]), { discover, store });
    const second = await pollRounds(rounds([mine, other]), {
      discover: { tags: { team: "web" } },
      store,
    });
    expect(second.watched).toEqual(["e3"]);
    const all = await pollRounds(rounds([mine, other], [mine, other]), { discover: true, store });
    expect(all.watched.toSorted()).toEqual(["e1", "e3"]);
  });
});
