import { z } from "zod";
import { deliveryStates } from "../core/outbox.ts";
import { connection, delivery, history, listOf, mute, notifier, status } from "./answers.ts";
import type { Endpoint } from "./endpoint.ts";
import { event } from "./event-answer.ts";
import { itemLimit, parameter } from "./query.ts";

const since =
  "A time, a duration before now, the id of an event, or its sequence, after which it begins";

/** Everything that is answered below /api/v1. */
export const endpoints = {
  connections: {
    path: "/connections",
    summary: "The present state of everything watched.",
    query: {
      project: parameter().exactOptional().describe("Only those of this project."),
      state: parameter()
        .exactOptional()
        .describe("Only those that are, or have a queue or pool, in this state."),
      q: parameter()
        .exactOptional()
        .describe("Only those with this text in their id, name, queues or pools."),
      after: parameter().exactOptional().describe("`next` of the answer before."),
      limit: itemLimit,
    },
    answer: listOf(connection),
  },
  history: {
    path: "/connections/:project/:id",
    summary: "A connection, what was noticed of it, the latest first, and whom that was told.",
    query: {
      before: z.coerce
        .number("must be `next` of the answer before")
        .int("must be `next` of the answer before")
        .exactOptional()
        .describe("`next` of the answer before."),
      limit: itemLimit,
    },
    answer: history,
  },
  transitions: {
    path: "/transitions",
    summary: "What was noticed, in the order of its sequence.",
    query: { since: parameter().default("0").describe(`${since}.`), limit: itemLimit },
    answer: listOf(event),
  },
  deliveries: {
    path: "/deliveries",
    summary: "The outbox, in the order of its creation.",
    query: {
      state: z
        .enum(deliveryStates, `must be one of ${deliveryStates.join(", ")}`)
        .exactOptional()
        .describe("Only those in this state."),
      notifier: parameter().exactOptional().describe("Only those to this notifier."),
      after: z
        .ulid("must be `next` of the answer before")
        .exactOptional()
        .describe("`next` of the answer before."),
      limit: itemLimit,
    },
    answer: listOf(delivery),
  },
  notifiers: {
    path: "/notifiers",
    summary: "How the telling goes, by notifier.",
    query: {},
    answer: listOf(notifier),
  },
  mutes: {
    path: "/mutes",
    summary: "What is muted, now or at planned times.",
    query: {},
    answer: listOf(mute),
  },
  status: {
    path: "/status",
    summary: "How the watcher itself is doing, and its projects.",
    query: {},
    answer: status,
  },
  events: {
    path: "/events",
    summary:
      "What happens, as it happens: `transition` with an event as data, `change` where anything is shown otherwise.",
    query: {
      since: parameter()
        .exactOptional()
        .describe(`${since}; Last-Event-ID goes before it. Default: now.`),
    },
    answer: z.string(),
    contentType: "text/event-stream",
  },
} satisfies Readonly<Record<string, Endpoint>>;
