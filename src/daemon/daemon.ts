import { createCalendar } from "../calendar.ts";
import type { Clock } from "../clock.ts";
import { changesBetween } from "../config/changes.ts";
import { type Config, type ProjectConfig, sameConfig, secretsOf } from "../config/config.ts";
import { withDiscovered } from "../core/discovery.ts";
import type { Scrubber } from "../core/secret.ts";
import { messageOf } from "../errors.ts";
import { createHttp } from "../http.ts";
import type { Log } from "../log.ts";
import { createMetrics } from "../metrics/metrics.ts";
import type { NotifierTypes } from "../notify/notifier.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import { startDelivering } from "../watch/deliver.ts";
import { listPlace } from "../watch/discover.ts";
import { startReleasing } from "../watch/due.ts";
import { healthOf } from "../watch/health.ts";
import { startHeartbeat } from "../watch/heartbeat.ts";
import { openLedger } from "../watch/ledger.ts";
import { type PollCounts, placeOf } from "../watch/observe.ts";
import { resume } from "../watch/resume.ts";
import { startForgetting } from "../watch/retention.ts";
import { startSchedule } from "../watch/schedule.ts";
import { createFeed } from "../web/feed.ts";
import { createPolling, type Polling, watchedProject } from "./jobs.ts";
import { pulseOf } from "./pulse.ts";
import { rulesOf } from "./rules.ts";
import { sendersOf } from "./senders.ts";
import { openSite } from "./site.ts";
import { sitePartsOf } from "./site-parts.ts";

/** A configuration and the notifiers that it can name. */
export interface Loaded {
  readonly config: Config;
  readonly types: NotifierTypes;
}

export interface DaemonOptions extends Loaded {
  /** Learns the configuration's secrets; the log shares it. */
  readonly scrubber: Scrubber;
  readonly log: Log;
  readonly clock: Clock;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
  /** Gives a new ULID, greater than the one before. */
  readonly newId: () => string;
}

/** The watcher at work; disposing of it stops what it does in reverse, within ten seconds. */
export interface Daemon extends AsyncDisposable {
  /** Where it answers over HTTP. */
  readonly url: string;
  /**
   * Goes on with another configuration, cancelling nothing under way; gives what has changed, in words. Throws what
   * `load` throws, or a UserError, and goes on as before, where it cannot.
   */
  reload(load: () => Promise<Loaded>): Promise<readonly string[]>;
}

/** Wires the rooms together and starts them. Throws a UserError, with nothing left running, where one cannot start. */
export async function startDaemon({
  scrubber,
  log,
  clock,
  random,
  newId,
  ...first
}: DaemonOptions): Promise<Daemon> {
  await using starting = new AsyncDisposableStack();
  let { config } = first;
  const { scrub } = scrubber;
  const installation = config.name;
  scrubber.learn(secretsOf(config));

  const store = starting.use(openSqliteStore({ file: config.store, mode: "daemon" }));
  const ledger = starting.use(await openLedger({ store, newId }));
  const metrics = createMetrics();
  ledger.observe(metrics.meter.committed);
  const { proxies } = config;
  const http = starting.use(createHttp({ clock, proxies }));
  starting.use(startForgetting({ store, retentionMs: () => config.retentionMs, clock, log }));
  const nextTime = createCalendar();
  let present = rulesOf(config, first.types, nextTime);
  const rules = () => present;
  /** The projects with what was discovered in them. */
  const watched = () => withDiscovered(config.projects, ledger.remembered().connections);
  const projects = () => watched().map(watchedProject);
  const delivering = starting.use(
    startDelivering({ ledger, store, installation, projects, rules, scrub, clock, random, log }),
  );

  const stopping = new AbortController();
  const counts: PollCounts = { attempted: new Set(), underWay: new Set() };
  const polling: Polling = starting.use(
    createPolling({
      ledger,
      installation,
      rules,
      scrub,
      lend: scrubber.lend,
      clock,
      random,
      log,
      meter: metrics.meter,
      counts,
      signal: stopping.signal,
      connect: (ca) => createHttp({ clock, ca, proxies }),
      onRegrouped: () => schedule.replace(polling.jobsOf(config)),
    }),
  );
  const schedule = starting.use(startSchedule({ clock, random }));
  starting.defer(() => stopping.abort());

  const releasing = starting.use(
    startReleasing({ ledger, store, installation, projects, rules, clock, log }),
  );
  const health = healthOf({
    ledger,
    schedule,
    counts,
    watched: () => placesIn(watched()),
    notifiers: () => namesOf(config.notifiers),
    clock,
  });
  const heartbeat = starting.use(
    startHeartbeat({
      trouble: () => health.alive() ?? health.ready() ?? health.delivers(),
      clock,
      log,
    }),
  );
  const report = (error: unknown) => log.error({ err: error }, "Could not answer a request");
  const feed = createFeed({ store, latest: ledger.sequence, clock, report });
  ledger.observe(({ announced, shown }) => {
    if (announced.length > 0) feed.told();
    if (shown) feed.changed();
  });
  let loadedAt = clock.now();
  let problems: readonly string[] = [];
  const parts = sitePartsOf({
    present: () => ({ config, loadedAt, problems }),
    explain: (draft) => present.explain(draft),
    ...{ watched, store, ledger, metrics, nextTime, clock, health, heartbeat, feed, report },
  });
  const site = starting.use(await openSite(config, parts, clock));
  starting.defer(feed.end);

  function apply(loaded: Loaded): void {
    config = loaded.config;
    log.level = config.logLevel;
    present = rulesOf(config, loaded.types, nextTime);
    const { exchangeAs } = polling;
    delivering.replace(sendersOf(config, { types: loaded.types, http, exchangeAs, clock, log }));
    schedule.replace(polling.jobsOf(config));
    releasing.look();
    heartbeat.replace(pulseOf(config.heartbeat, http));
    feed.changed();
    for (const notifier of orphansAmong(ledger.lanes.awaited(), config)) {
      const waiting = ledger.lanes.waiting(notifier).length;
      log.warn(
        { notifier, waiting },
        "Deliveries wait for a notifier that is not configured; configure it again, or drop them",
      );
    }
  }

  // Whoever mends a notifier may have stopped the watcher to do so.
  const failing = config.notifiers.filter(({ name }) => ledger.lanes.memory(name).failing);
  await resume(ledger, namesOf(failing), clock.now());
  apply(first);
  log.info(
    {
      url: site.url,
      store: store.place,
      connections: watched().flatMap(({ connections }) => connections).length,
      notifiers: namesOf(config.notifiers),
    },
    "Watching",
  );
  const started = starting.move();
  return {
    get url() {
      return site.url;
    },
    async reload(load) {
      const before = config;
      try {
        const { config: next, types } = await load();
        scrubber.learn(secretsOf(next));
        await site.replace(next);
        apply({ config: { ...next, name: before.name, store: before.store }, types });
        await resume(ledger, changedNotifiers(before, config), clock.now());
        problems = [];
        loadedAt = clock.now();
        return changesBetween(before, next);
      } catch (error) {
        problems = scrub(messageOf(error)).split("\n");
        feed.changed();
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Those that are new or configured otherwise: what waits for them need not wait for the old address' next time. */
function changedNotifiers(before: Config, { notifiers }: Config): readonly string[] {
  return namesOf(notifiers.filter((now) => !before.notifiers.some((old) => sameConfig(old, now))));
}

function namesOf(notifiers: Config["notifiers"]): readonly string[] {
  return notifiers.map(({ name }) => name);
}

function orphansAmong(awaited: readonly string[], { notifiers }: Config): readonly string[] {
  return awaited.filter((name) => !notifiers.some((notifier) => notifier.name === name));
}

/** Everything that is polled: connections, and lists in which they are discovered. */
function placesIn(projects: readonly ProjectConfig[]): readonly string[] {
  return projects.flatMap((project) => [
    ...project.connections.map((connection) => placeOf(project, connection)),
    ...(project.discover?.kinds ?? []).map((kind) => listPlace(project, kind)),
  ]);
}
