import type { Severity } from "./event.ts";
import type { FailureCause } from "./model.ts";

/** Everything that notices say, in one language. `what` is the name of a resource; durations and lists are words already. */
export interface Phrases {
  readonly resource: {
    readonly connection: (name: string) => string;
    readonly queue: (name: string, connection: string) => string;
    readonly pool: (name: string, connection: string) => string;
    readonly project: (name: string) => string;
    readonly notifier: (name: string) => string;
    readonly mute: (name: string) => string;
  };
  readonly title: Titles;
  /** Each with what ends it, but for those that end in a stranger's words. */
  readonly sentence: Sentences;
  /** Why something cannot be seen, in a word. */
  readonly cause: Readonly<Record<FailureCause, string>>;
  readonly severity: Readonly<Record<Severity, (count: number) => string>>;
  readonly none: string;
  readonly lastKnown: {
    readonly neverSeen: string;
    readonly binding: (type: "queue" | "pool", name: string, state: string) => string;
    readonly seen: (count: number, all: number, fault: string) => string;
    readonly failedIn: (names: string) => string;
    readonly nothingFailed: string;
  };
  readonly meanwhile: {
    readonly nothing: string;
    readonly unseen: (count: number) => string;
  };
  /** Of a list that does not name all. */
  readonly andMore: (count: number) => string;
  /** Between the sentences of a text, the parts of one, and the names in a list. */
  readonly between: { readonly sentences: string; readonly parts: string; readonly names: string };
}

interface Titles {
  readonly becomes: (what: string, state: string) => string;
  readonly gone: (what: string) => string;
  readonly recovers: (what: string, state: string) => string;
  readonly appears: (what: string, state: string) => string;
  readonly changes: (what: string, fields: string) => string;
  readonly stuck: (what: string, state: string) => string;
  readonly unstuck: (what: string, state: string) => string;
  readonly flapping: (what: string) => string;
  readonly still: (what: string, state: string) => string;
  readonly stillUnseen: (what: string, cause: string) => string;
  readonly stillFlapping: (what: string) => string;
  readonly stillMissing: (what: string) => string;
  readonly missing: (what: string) => string;
  readonly unseen: (what: string, cause: string) => string;
  readonly seenAgain: (what: string) => string;
  readonly undelivered: (notifier: string, title: string) => string;
  readonly refusing: (what: string) => string;
  readonly accepting: (what: string) => string;
  readonly several: (count: number, counts: string) => string;
  readonly muteOver: (what: string, counts: string) => string;
  readonly test: string;
}

interface Sentences {
  readonly plain: (words: string) => string;
  readonly lasting: (state: string, duration: string) => string;
  readonly going: (duration: string) => string;
  readonly before: (state: string, duration: string) => string;
  readonly changed: (times: number, duration: string) => string;
  readonly settling: (state: string) => string;
  readonly change: (field: string, from: string, to: string) => string;
  readonly withheld: (notices: number) => string;
  readonly more: (count: number) => string;
  readonly lastKnown: (what: string) => string;
  readonly gap: (duration: string) => string;
  readonly meanwhile: (changes: string) => string;
  readonly unknownId: string;
  readonly givenUp: (why: string) => string;
  readonly reason: (why: string) => string;
}
