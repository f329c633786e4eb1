import { pino } from "pino";
import { expect, test } from "vitest";
import { startHeartbeat } from "../../src/watch/heartbeat.ts";
import { fakeClock } from "../support/clock.ts";

const minute = 60_000;

/** A heartbeat of which the test says whether all is well and what its receiver answers. */
function start() {
  const clock = fakeClock();
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line) => lines.push(JSON.parse(line)) });
  const world: { trouble?: string; answer?: string } = {};
  const beats: number[] = [];
  const heartbeat = startHeartbeat({ trouble: () => world.trouble, clock, log });
  const pulse = (everyMs: number) => ({
    everyMs,
    async beat() {
      beats.push(clock.now());
      return world.answer;
    },
  });
  const started = clock.now();
  return {
    clock,
    world,
    heartbeat,
    pulse,
    said: () =>
      lines.map((line) => Object(line)).map(({ msg, why }) => (why ? `${msg}: ${why}` : msg)),
    minutes: () => beats.map((at) => (at - started) / minute),
  };
}

test("it is sent at once and then regularly, while all is well", async () => {
  const { clock, world, heartbeat, pulse, said, minutes } = start();
  heartbeat.replace(pulse(minute));
  await clock.advance(2 * minute);
  world.trouble = "the notifier oncall refuses everything";
  await clock.advance(3 * minute);
  world.trouble = "the store cannot be written: disk full";
  await clock.advance(minute);
  delete world.trouble;
  await clock.advance(minute);
  expect(minutes()).toEqual([0, 1, 2, 7]);
  expect(said()).toEqual([
    "The heartbeat is sent",
    "The heartbeat is not sent: the notifier oncall refuses everything",
    "The heartbeat is not sent: the store cannot be written: disk full",
    "The heartbeat is sent",
  ]);
  expect(heartbeat.receivedAt()).toBe(clock.now());
  await heartbeat[Symbol.asyncDispose]();
});

test("one that is not received is said once, and tried again at its next time", async () => {
  const { clock, world, heartbeat, pulse, said, minutes } = start();
  world.answer = "127.0.0.1:1 refuses connections";
  heartbeat.replace(pulse(minute));
  await clock.advance(2 * minute);
  expect([minutes(), said(), heartbeat.receivedAt()]).toEqual([
    [0, 1, 2],
    ["The heartbeat is not sent: 127.0.0.1:1 refuses connections"],
    0,
  ]);
  await heartbeat[Symbol.asyncDispose]();
});

test("another one replaces it at once; without one it is silent", async () => {
  const { clock, heartbeat, pulse, minutes } = start();
  heartbeat.replace(pulse(minute));
  await clock.advance(minute);
  heartbeat.replace(pulse(5 * minute));
  await clock.advance(6 * minute);
  heartbeat.replace(undefined);
  await clock.advance(10 * minute);
  expect(minutes()).toEqual([0, 1, 1, 6]);
  await heartbeat[Symbol.asyncDispose]();
});
