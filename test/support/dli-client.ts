import { readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener } from "node:http";
import { afterEach, beforeEach, expect } from "vitest";
import type { Listing } from "../../src/core/listing.ts";
import type { ConnectionKind, Observation } from "../../src/core/model.ts";
import { createScrubber, type Scrubber, Secret } from "../../src/core/secret.ts";
import { credentialsOf } from "../../src/dli/auth/source.ts";
import { createDliClient, type DliClient } from "../../src/dli/client.ts";
import type { DoorParts } from "../../src/dli/door.ts";
import type { DliProject } from "../../src/dli/project.ts";
import { createHttp } from "../../src/http.ts";
import { type FakeClock, fakeClock } from "./clock.ts";

export const projectId = "48cc2c48765f481480c7db940d6409d1";
export const enhancedId = "4c693ecc-bab8-4113-a838-129cedc9a563";
export const basicId = "378eb1e6-521d-41a4-a41c-bbb58f34a6d6";

/** A reply of the API as it was documented or seen, with what it becomes. */
export interface Golden {
  readonly what: string;
  readonly kind: ConnectionKind;
  /** Absent: the list was asked for. */
  readonly id?: string;
  readonly body: object;
  readonly becomes: Observation | Listing;
}

export function goldenReply(name: string): Golden {
  return JSON.parse(
    readFileSync(new URL(`../golden/replies/${name}.json`, import.meta.url), "utf8"),
  );
}

/** The body of a golden reply. */
export function golden(name: string): string {
  return JSON.stringify(goldenReply(name).body);
}

/** Clients over a real network and a clock that the test moves. */
interface Bench extends AsyncDisposable {
  readonly clock: FakeClock;
  /** A client nobody slows down, unless the project is given a rate; the endpoint serves as metadata service, too. */
  client(endpoint: string, more?: Partial<DliProject> & Pick<DoorParts, "onPace">): DliClient;
  /** Knows what the clients have obtained. */
  readonly scrubber: Scrubber;
  /** Lets time pass so slowly that what is due at once happens and no deadline comes near. */
  settled<Value>(promise: Promise<Value>): Promise<Value>;
}

export function dliBench(): Bench {
  const clock = fakeClock();
  const http = createHttp({ clock });
  const scrubber = createScrubber();
  return {
    clock,
    scrubber,
    client(endpoint, { onPace, ...more } = {}) {
      const auth = { type: "token", token: new Secret("token-hunter2") } as const;
      const rate = { count: 1_000_000, perMs: 1 };
      const project = { endpoint, projectId, auth, rate, concurrency: 4, ...more };
      const credentials = credentialsOf(project, {
        http,
        clock,
        lend: scrubber.lend,
        metadata: endpoint,
      });
      return createDliClient({ project, credentials, http, clock, random: () => 0, onPace });
    },
    async settled(promise) {
      let waiting = true;
      const done = promise.finally(() => {
        waiting = false;
      });
      while (waiting) await clock.advance(0.001);
      return done;
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

/** A bench that is new in each test of the file; when the test is over nothing may wait on its clock. */
export function benchForEach(): Omit<Bench, typeof Symbol.asyncDispose> {
  let bench = dliBench();
  beforeEach(() => {
    bench = dliBench();
  });
  afterEach(async () => {
    await bench[Symbol.asyncDispose]();
    expect(bench.clock.waiting()).toBe(0);
  });
  return {
    get clock() {
      return bench.clock;
    },
    get scrubber() {
      return bench.scrubber;
    },
    client: (...given) => bench.client(...given),
    settled: (promise) => bench.settled(promise),
  };
}

/** A server's part: answers `status, body, headers` one after another, the last one for ever. */
export function answers(...replies: [number, string, Record<string, string>?][]): {
  readonly heard: IncomingMessage[];
  readonly listener: RequestListener;
} {
  const heard: IncomingMessage[] = [];
  return {
    heard,
    listener(request, response) {
      const [status, body, headers] = replies[heard.length] ?? replies.at(-1) ?? [500, ""];
      heard.push(request);
      response.sendDate = false;
      response.writeHead(status, headers).end(body);
    },
  };
}
