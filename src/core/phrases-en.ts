import type { Phrases } from "./phrases.ts";

/** What notices say in English. */
export const english: Phrases = {
  resource: {
    connection: (name) => `Connection ${name}`,
    queue: (name, connection) => `Queue ${name} of ${connection}`,
    pool: (name, connection) => `Pool ${name} of ${connection}`,
    project: (name) => `Project ${name}`,
    notifier: (name) => `Notifier ${name}`,
    mute: (name) => `Mute ${name}`,
  },
  title: {
    becomes: (what, state) => `${what} is ${state}`,
    gone: (what) => `${what} is gone`,
    recovers: (what, state) => `${what} is ${state} again`,
    appears: (what, state) => `${what} appeared and is ${state}`,
    changes: (what, fields) => `${what} changed: ${fields}`,
    stuck: (what, state) => `${what} is stuck in ${state}`,
    unstuck: (what, state) => `${what} is ${state}, no longer stuck`,
    flapping: (what) => `${what} keeps changing its state`,
    still: (what, state) => `${what} is still ${state}`,
    stillUnseen: (what, cause) => `${what} still cannot be seen (${cause})`,
    stillFlapping: (what) => `${what} still keeps changing its state`,
    stillMissing: (what) => `${what} still does not exist`,
    missing: (what) => `${what} does not exist`,
    unseen: (what, cause) => `${what} cannot be seen (${cause})`,
    seenAgain: (what) => `${what} can be seen again`,
    undelivered: (notifier, title) => `Not delivered to ${notifier}: ${title}`,
    refusing: (what) => `${what} refuses everything`,
    accepting: (what) => `${what} accepts again`,
    several: (count, counts) => `${plural(count, "notice")}: ${counts}`,
    muteOver: (what, counts) => `${what} is over; bad now: ${counts}`,
    test: "Test notice of dli-watch",
  },
  sentence: {
    plain: (words) => `${words}.`,
    lasting: (state, duration) => `It has been ${state} for ${duration}.`,
    going: (duration) => `This has been going on for ${duration}.`,
    before: (state, duration) => `It was ${state} for ${duration}.`,
    changed: (times, duration) => `It has changed ${times} times in ${duration}.`,
    settling: (state) => `It is ${state} now; further changes are told when it has settled.`,
    change: (field, from, to) => `${field}: "${from}" is now "${to}".`,
    withheld: (notices) => `It withheld ${plural(notices, "notice")}.`,
    more: (count) => `And ${count} more.`,
    lastKnown: (what) => `Last known: ${what}.`,
    gap: (duration) => `Nothing was seen for ${duration}.`,
    meanwhile: (changes) => `Meanwhile: ${changes}.`,
    unknownId:
      "The API knows no connection with this id, neither basic nor enhanced unless `kind` names one.",
    givenUp: (why) => `It was given up: ${why}`,
    reason: (why) => `Reason: ${why}`,
  },
  cause: {
    credentials: "credentials",
    permission: "permission",
    throttled: "throttled",
    network: "network",
    server: "server",
    clock: "clock",
    address: "address",
  },
  severity: {
    critical: (count) => `${count} critical`,
    warning: (count) => `${count} warning`,
    info: (count) => `${count} info`,
  },
  none: "none",
  lastKnown: {
    neverSeen: "never seen",
    binding: (type, name, state) => `${type} ${name} ${state}`,
    seen: (count, all, fault) => `${count} of ${all} connections seen, ${fault}`,
    failedIn: (names) => `FAILED in ${names}`,
    nothingFailed: "nothing FAILED",
  },
  meanwhile: {
    nothing: "nothing has changed",
    unseen: (count) => `connections not seen again yet: ${count}`,
  },
  andMore: (count) => `and ${count} more`,
  between: { sentences: " ", parts: "; ", names: ", " },
};

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
