import { Gauge, type Registry } from "prom-client";
import type { Rate } from "../core/access.ts";
import { severities } from "../core/event.ts";
import { incidentsOf } from "../core/incident.ts";
import type { ConnectionMemory, Incident, LaneMemory, ProjectMemory } from "../core/memory.ts";
import type { Delivery } from "../core/outbox.ts";
import type { ConfiguredProject } from "../core/status.ts";

/** What is known when the metrics are asked for. */
export interface Known {
  readonly projects: readonly (ConfiguredProject & { readonly rate: Rate })[];
  readonly notifiers: readonly { readonly name: string }[];
  readonly ledger: {
    connection(project: string, id: string): { readonly memory?: ConnectionMemory };
    project(name: string): ProjectMemory;
    readonly lanes: {
      memory(notifier: string): LaneMemory;
      /** The oldest first. */
      waiting(notifier: string): readonly Delivery[];
      /** Names of those that something waits for, configured or not. */
      awaited(): readonly string[];
    };
  };
  /** By notifier. */
  readonly deadLetters: ReadonlyMap<string, number>;
  /** When the heartbeat was last received, in epoch milliseconds; 0 if never. */
  readonly heartbeatAt: number;
  /** Whether the configuration file could be applied when it was last read. */
  readonly reloaded: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Gauges in `registry`; gives what sets all of them anew. */
export function createGauges(registry: Registry): (known: Known) => void {
  const gauges = declareGauges(registry);
  return (known) => {
    for (const gauge of Object.values(gauges)) gauge.reset();
    gauges.reloaded.set(known.reloaded ? 1 : 0);
    gauges.heartbeat.set(known.heartbeatAt / 1_000);
    for (const { name: project, rate } of known.projects) {
      const { seenAt = 0, slowdown } = known.ledger.project(project);
      const intervalMs = slowdown?.intervalMs ?? rate.perMs / rate.count;
      gauges.lastSuccess.set({ project }, seenAt / 1_000);
      gauges.pace.set({ project }, intervalMs / 1_000);
    }
    setNotifiers(gauges, known);
    for (const severity of severities) gauges.incidents.set({ severity }, 0);
    for (const { severity } of openIncidents(known)) gauges.incidents.inc({ severity });
  };
}

type Gauges = ReturnType<typeof declareGauges>;

function declareGauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  return {
    lastSuccess: gauge(
      "dli_watch_last_success_timestamp_seconds",
      "When a poll of the project was last read; 0 if none ever was.",
      "project",
    ),
    pace: gauge(
      "dli_watch_pace_interval_seconds",
      "Between two requests to the project's API, at least: as configured, or longer while it throttles.",
      "project",
    ),
    incidents: gauge(
      "dli_watch_incidents_open",
      "Bad states that are not over, by severity.",
      "severity",
    ),
    pending: gauge("dli_watch_outbox_pending", "Deliveries that wait.", "notifier"),
    oldest: gauge(
      "dli_watch_outbox_oldest_seconds",
      "For how long the oldest of the deliveries that wait has been waiting, what is delayed or collected left aside; 0 if none is.",
      "notifier",
    ),
    deadLetters: gauge(
      "dli_watch_dead_letters",
      "Deliveries that were given up and are still kept.",
      "notifier",
    ),
    heartbeat: gauge(
      "dli_watch_heartbeat_last_success_timestamp_seconds",
      "When the heartbeat was last received; 0 if none is configured, or none ever was.",
    ),
    reloaded: gauge(
      "dli_watch_config_last_reload_successful",
      "1 if the configuration file was good when it was last read, 0 if an older one goes on.",
    ),
  };
}

function setNotifiers(
  { pending, oldest, deadLetters }: Gauges,
  { notifiers, ledger, deadLetters: dead, now }: Known,
): void {
  const names = [...notifiers.map(({ name }) => name), ...ledger.lanes.awaited()];
  for (const notifier of new Set(names)) {
    const waiting = ledger.lanes.waiting(notifier);
    const first = waiting.find(({ hold }) => !hold);
    const waitingMs = Math.max(0, now - (first?.createdAt ?? now));
    pending.set({ notifier }, waiting.length);
    oldest.set({ notifier }, waitingMs / 1_000);
    deadLetters.set({ notifier }, dead.get(notifier) ?? 0);
  }
}

function openIncidents({ projects, notifiers, ledger }: Known): readonly Incident[] {
  const ofProjects = projects.flatMap(({ name, connections }) => [
    ledger.project(name).unreachable,
    ...connections.flatMap(({ id }) => {
      const { memory } = ledger.connection(name, id);
      return memory ? incidentsOf(memory) : [];
    }),
  ]);
  const ofNotifiers = notifiers.map(({ name }) => ledger.lanes.memory(name).failing);
  return [...ofProjects, ...ofNotifiers].filter((incident) => incident !== undefined);
}
