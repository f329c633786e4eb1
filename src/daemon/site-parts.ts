import type { Clock } from "../clock.ts";
import type { Config, ProjectConfig } from "../config/config.ts";
import type { NextTime } from "../core/mute.ts";
import { listMutes } from "../core/mute-list.ts";
import { notifiersOf } from "../core/notifier-status.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Store } from "../store/store.ts";
import type { Heartbeat } from "../watch/heartbeat.ts";
import type { Ledger } from "../watch/ledger.ts";
import type { AppParts } from "../web/app.ts";

/** How the configuration was taken up. */
interface TakenUp {
  readonly config: Config;
  /** Epoch milliseconds. */
  readonly loadedAt: number;
  /** Why a later file was not. */
  readonly problems: readonly string[];
}

interface Sources extends Pick<AppParts, "health" | "feed" | "explain" | "report"> {
  readonly present: () => TakenUp;
  /** The projects with what was discovered in them. */
  readonly watched: () => readonly ProjectConfig[];
  readonly store: Store;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly heartbeat: Heartbeat;
  readonly nextTime: NextTime;
  readonly clock: Clock;
}

/** What the site shows of a watcher that starts now. */
export function sitePartsOf({
  present,
  watched,
  store,
  ledger,
  metrics,
  heartbeat,
  nextTime,
  clock,
  ...parts
}: Sources): Omit<AppParts, "server"> {
  const startedAt = clock.now();
  const seenBefore = lastSeenAt(ledger);
  const { health } = parts;
  return {
    ...parts,
    store,
    projects: watched,
    timezone: () => present().config.timezone,
    remembered: async () => ledger.remembered(),
    now: clock.now,
    clock,
    notifiers: async () =>
      notifiersOf(present().config.notifiers, {
        lanes: ledger.lanes,
        deadLetters: await store.deadLetters(),
        now: clock.now(),
      }),
    mutes: async () =>
      listMutes({
        byHand: await store.mutes(),
        planned: present().config.mutes,
        nextTime,
        now: clock.now(),
      }),
    about() {
      const { config, loadedAt, problems } = present();
      return {
        name: config.name,
        ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
        startedAt,
        seenBefore,
        sequence: ledger.sequence(),
        trouble: [health.alive(), health.ready()].filter((reason) => reason !== undefined),
        configuration: { loadedAt, problems },
      };
    },
    metrics: async () => {
      const { config, problems } = present();
      return metrics.expose({
        projects: watched(),
        notifiers: config.notifiers,
        ledger,
        deadLetters: await store.deadLetters(),
        heartbeatAt: heartbeat.receivedAt(),
        reloaded: problems.length === 0,
        now: clock.now(),
      });
    },
  };
}

function lastSeenAt(ledger: Ledger): number | undefined {
  const times = ledger.remembered().connections.flatMap(({ memory }) => memory?.seenAt ?? []);
  return times.length > 0 ? times.reduce((last, at) => Math.max(last, at)) : undefined;
}
