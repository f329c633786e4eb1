import { expect, test } from "vitest";
import { dliReply, dliRequest } from "../../src/simulator/dli.ts";
import { gatewayError, type Reply } from "../../src/simulator/replies.ts";
import { smallest } from "../support/config.ts";
import { startPolls } from "../support/polled-cloud.ts";

const seconds = 1_000;
const minutes = 60 * seconds;
const ids = ["e1", "e2", "e3"];

/** Refuses with the words of the gateway. */
function refuse(status: number, code: string, message: string): Reply {
  return gatewayError(status, { code, message, requestId: "1" });
}

/** Lets five requests a minute in. */
function quota(): (at: number) => Reply | undefined {
  const admitted: number[] = [];
  return (at) => {
    if (admitted.filter((earlier) => earlier > at - minutes).length >= 5) {
      const text = "policy user over ratelimit,limit:5,time:1 minute";
      return refuse(429, "APIGW.0308", `The throttling threshold has been reached: ${text}`);
    }
    admitted.push(at);
    return undefined;
  };
}

const unlockedAt = 30 * minutes;

function locked(at: number): Reply | undefined {
  return at < unlockedAt
    ? refuse(401, "APIGW.0301", "AK access failed to reach the limit,forbidden")
    : undefined;
}

function hostOf(name: string): string {
  return `${name.replaceAll(" ", "-")}.example`;
}

/** Those that are locked share a key. */
function keyOf(name: string): string {
  return name.startsWith("locked") ? "locked" : name;
}

/** What a project's gateway has against a request, by the name of the project. */
const gateways = () => ({
  throttled: quota(),
  locked,
  "locked too": locked,
  "locked as well": locked,
  healthy: () => undefined,
});
type Name = keyof ReturnType<typeof gateways>;

const failedAt = 20 * minutes + 1;

/** Everybody's queue etl fails after twenty minutes. */
function answer(path: string, at: number): Reply {
  const etl = at < failedAt ? {} : { status: "FAILED", err_msg: "no router" };
  const connections = ids.map((id) => ({ id, kind: "enhanced", queues: { etl } }) as const);
  const request = dliRequest(path);
  if (!request) throw new Error(`nothing is asked for at ${path}`);
  return dliReply(request, new URLSearchParams(), { connections, elapsedMs: at, startedAt: 0 });
}

/** A request: when it was made, for what, and how it was answered. */
interface Asked {
  readonly at: number;
  readonly id: string;
  readonly status: number;
}

/** Watches these projects, three connections each, every ten seconds for an hour. */
async function watch(...names: readonly Name[]) {
  const asked = new Map<string, Asked[]>(names.map((name) => [name, []]));
  const skipped = new Map<string, number>(names.map((name) => [name, 0]));
  const told: string[] = [];
  const judges = gateways();
  await using polls = await startPolls(
    {
      ...smallest(),
      schedule: "10s",
      projects: names.map((name) => ({
        name,
        endpoint: `https://${hostOf(name)}`,
        project_id: "48cc2c48765f481480c7db940d6409d1",
        auth: { access_key: keyOf(name), secret_key: `secret-of-${keyOf(name)}` },
        rate: "20/1m",
        poll_by: "show",
        connections: ids.map((id) => ({ id, kind: "enhanced" })),
      })),
    },
    {
      answer({ url }) {
        const { hostname, pathname } = new URL(url);
        const name = names.find((one) => hostname === hostOf(one)) ?? "healthy";
        const at = polls.clock.monotonic();
        const reply = judges[name](at) ?? answer(pathname, at);
        asked.get(name)?.push({ at, id: pathname.split("/").at(-1) ?? "", status: reply.status });
        return reply;
      },
      onTold({ source, type, subject, data }) {
        const minute = Math.floor(polls.clock.monotonic() / minutes);
        const [, project] = source.split("/");
        const words = [minute, project, type.split(".")[1], subject, data.cause ?? data.to];
        told.push(words.join(" ").trim());
      },
      onSkipped: (name, times) => skipped.set(name, (skipped.get(name) ?? 0) + times),
    },
  );
  await polls.clock.advance(60 * minutes - 1);
  return {
    told,
    asked: (name: Name) => asked.get(name) ?? [],
    skipped: (name: Name) => skipped.get(name),
  };
}

/** How long each request came after the one before, in milliseconds. */
function gapsOf(asked: readonly Asked[]): readonly number[] {
  return asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
}

test("projects with one key are refused together: two requests, not two of each, before it is left alone", async () => {
  const names = ["locked", "locked too", "locked as well"] as const;
  const all = await watch(...names);
  const refused = names
    .flatMap((name) => all.asked(name))
    .filter(({ status, at }) => status === 401 && at < 5 * minutes);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThanOrEqual(2);
});

test("neither a project that is throttled nor one whose key is locked harms the others", async () => {
  const [all, alone] = [await watch("throttled", "locked", "healthy"), await watch("healthy")];

  const healthy = all.asked("healthy");
  expect(gapsOf(healthy)).toEqual(gapsOf(alone.asked("healthy")));
  for (const id of ids) expect(healthy.filter((one) => one.id === id)).toHaveLength(360);
  expect(all.skipped("healthy")).toBe(0);

  const locked = all.asked("locked").filter(({ at }) => at < unlockedAt);
  expect(locked.length).toBeGreaterThan(2);
  expect(Math.min(...gapsOf(locked).slice(1))).toBeGreaterThan(5 * minutes);

  const throttled = all.asked("throttled");
  const first = throttled.findIndex(({ status }) => status === 429);
  expect(Math.max(...gapsOf(throttled.slice(0, first + 1)))).toBeLessThan(5 * seconds);
  const after = throttled.slice(first);
  const settled = after.filter(({ at }) => at < 10 * minutes);
  expect(new Set(gapsOf(settled))).toEqual(new Set([12 * seconds]));
  // After a calm time it tries to ask more often, a step at a time, and is throttled again where that is too much.
  const again = after.filter(({ at, status }) => status === 429 && at > 2 * minutes);
  expect(again.length).toBeGreaterThan(0);
  expect(Math.min(...gapsOf(again))).toBeGreaterThan(10 * minutes);
  expect(Math.min(...gapsOf(after))).toBeGreaterThan(8 * seconds);
  expect(all.skipped("throttled")).toBeGreaterThan(0);

  expect(all.told.toSorted()).toEqual(
    [
      "0 locked unreachable projects/locked credentials",
      "30 locked reachable projects/locked",
      ...ids.flatMap((id) => [
        `20 healthy transition connections/${id}/queues/etl FAILED`,
        `20 throttled transition connections/${id}/queues/etl FAILED`,
        `30 locked appeared connections/${id}/queues/etl FAILED`,
      ]),
    ].toSorted(),
  );
});
