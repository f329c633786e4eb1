import { Counter, Histogram, type Registry } from "prom-client";
import type { Event } from "../core/event.ts";
import type { Observation } from "../core/model.ts";
import { type Delivery, deliveryStates } from "../core/outbox.ts";
import { stateLabel, stateLabels } from "./state-label.ts";

/** Counts what happens, as it happens. */
export interface Meter {
  polled(project: string, outcome: Observation["outcome"], durationMs: number): void;
  skipped(project: string, times: number): void;
  /** `status` is that of the API's reply, or the reason why there was none. */
  asked(project: string, status: string): void;
  committed(change: {
    readonly announced: readonly { readonly event: Event }[];
    readonly deliveries: readonly Delivery[];
  }): void;
}

/** Whose series are kept. */
interface Configured {
  readonly projects: readonly { readonly name: string }[];
  readonly notifiers: readonly { readonly name: string }[];
}

/** A meter whose counts are in `registry`. */
export function createMeter(registry: Registry): {
  readonly meter: Meter;
  /** Starts the counts of all that is configured at 0 and forgets those of all else: prom-client never does. */
  keep(configured: Configured): Promise<void>;
} {
  const counts = createCounts(registry);
  return { meter: meterOf(counts), keep: (configured) => keep(counts, configured) };
}

type Counts = ReturnType<typeof createCounts>;

/** Bounds in seconds: a poll may wait for minutes until the project's rate lets it out. */
const pollBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Bounds in seconds: from the usual to the end of a platform's bad day. */
const deliveryBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600, 21_600, 86_400];

function createCounts(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  return {
    polls: counter(
      "dli_watch_polls_total",
      "Polls by how they ended: snapshot (read), absent (there is no such connection) or failed.",
      "project",
      "outcome",
    ),
    pollDuration: new Histogram({
      name: "dli_watch_poll_duration_seconds",
      help: "From a poll's start to its end, waiting for the project's rate included.",
      buckets: pollBuckets,
      registers,
    }),
    skipped: counter(
      "dli_watch_polls_skipped_total",
      "Polls that were due while the one before was still running.",
      "project",
    ),
    requests: counter(
      "dli_watch_api_requests_total",
      "Requests to the API by the status of the reply, or by the reason why there was none.",
      "project",
      "status",
    ),
    transitions: counter(
      "dli_watch_transitions_total",
      "Changes of state by the state they led to; gone: a binding disappeared.",
      "project",
      "to",
    ),
    deliveries: counter(
      "dli_watch_deliveries_total",
      "Deliveries that ended: accepted, dead (given up) or closed (with a recorded reason).",
      "notifier",
      "outcome",
    ),
    latency: new Histogram({
      name: "dli_watch_delivery_latency_seconds",
      help: "From the commit of a notice until the notifier's platform has accepted it.",
      labelNames: ["notifier"],
      buckets: deliveryBuckets,
      registers,
    }),
  };
}

function meterOf(counts: Counts): Meter {
  return {
    polled(project, outcome, durationMs) {
      counts.polls.inc({ project, outcome });
      counts.pollDuration.observe(durationMs / 1_000);
    },
    skipped: (project, times) => counts.skipped.inc({ project }, times),
    asked: (project, status) => counts.requests.inc({ project, status }),
    committed({ announced, deliveries }) {
      for (const { event } of announced) {
        const { project } = event.data;
        const to = destinationOf(event);
        if (project && to) counts.transitions.inc({ project: project.name, to });
      }
      for (const { notifier, state, createdAt, settledAt } of deliveries) {
        if (settledAt === undefined) continue;
        counts.deliveries.inc({ notifier, outcome: state });
        if (state === "accepted")
          counts.latency.observe({ notifier }, secondsBetween(createdAt, settledAt));
      }
    },
  };
}

/** Where a change of state led; `undefined` if the event tells none. The end of flapping repeats one. */
function destinationOf({ type, data: { to, flapping } }: Event): string | undefined {
  if (flapping && type !== "dli-watch.flapping") return undefined;
  switch (type) {
    case "dli-watch.disappeared":
      return "gone";
    case "dli-watch.transition":
    case "dli-watch.recovery":
    case "dli-watch.unstuck":
    case "dli-watch.flapping":
    case "dli-watch.appeared":
      return stateLabel(to ?? "");
    default:
      return undefined;
  }
}

/** The wall clock may have been set back between the two. */
function secondsBetween(start: number, end: number): number {
  return Math.max(0, end - start) / 1_000;
}

const pollOutcomes: readonly Observation["outcome"][] = ["snapshot", "absent", "failed"];
const deliveryOutcomes = deliveryStates.filter((state) => state !== "waiting");
const destinations = [...stateLabels, "gone"];

async function keep(counts: Counts, configured: Configured): Promise<void> {
  const { polls, skipped, requests, transitions, deliveries, latency } = counts;
  const projects = new Set(configured.projects.map(({ name }) => name));
  const notifiers = new Set(configured.notifiers.map(({ name }) => name));
  for (const project of projects) {
    skipped.inc({ project }, 0);
    for (const outcome of pollOutcomes) polls.inc({ project, outcome }, 0);
    for (const to of destinations) transitions.inc({ project, to }, 0);
  }
  for (const notifier of notifiers) {
    for (const outcome of deliveryOutcomes) deliveries.inc({ notifier, outcome }, 0);
  }
  await forgetOthers(projects, skipped, "project");
  await forgetOthers(projects, polls, "project", "outcome");
  await forgetOthers(projects, transitions, "project", "to");
  await forgetOthers(projects, requests, "project", "status");
  await forgetOthers(notifiers, deliveries, "notifier", "outcome");
  await forgetOthers(notifiers, latency, "notifier");
}

/** Removes the series of every owner that is not kept; `labels` are all of the metric's, the owner's first. */
async function forgetOthers<Label extends string>(
  kept: ReadonlySet<string>,
  metric: Counter<Label> | Histogram<Label>,
  ...labels: readonly [Label, ...Label[]]
): Promise<void> {
  for (const series of (await metric.get()).values) {
    const [owner = "", ...others] = labels.map((label) => String(series.labels[label]));
    if (!kept.has(owner)) metric.remove(owner, ...others);
  }
}
