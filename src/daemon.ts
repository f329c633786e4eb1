import type { Clock } from "./clock.ts";
import type { Config, ProjectConfig } from "./config/config.ts";
import { router } from "./core/route.ts";
import type { Scrub } from "./core/secret.ts";
import { createDliClient } from "./dli/client.ts";
import { createHttp, type Http } from "./http.ts";
import type { Log } from "./log.ts";
import { builtinNotifiers } from "./notify/builtin.ts";
import { teller } from "./notify/http.ts";
import { openSqliteStore } from "./store/sqlite.ts";
import { type Sender, startDelivering } from "./watch/deliver.ts";
import { healthOf } from "./watch/health.ts";
import { openLedger } from "./watch/ledger.ts";
import { type PollCounts, type PollOptions, pollJob } from "./watch/poll.ts";
import type { WatchedProject } from "./watch/record.ts";
import { startForgetting } from "./watch/retention.ts";
import { type Job, startSchedule } from "./watch/schedule.ts";
import { createApp } from "./web/app.ts";
import { serve } from "./web/serve.ts";

export interface DaemonOptions {
  readonly config: Config;
  /** Knows the configuration's secrets. */
  readonly scrub: Scrub;
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
}

/** Wires the rooms together and starts them. Throws a UserError, with nothing left running, where one cannot start. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { config, scrub, log, clock, random, newId } = options;
  await using starting = new AsyncDisposableStack();
  const store = starting.use(openSqliteStore({ file: config.store, mode: "daemon" }));
  const ledger = await openLedger({ store, newId, now: clock.now });
  const http = starting.use(createHttp({ clock }));
  starting.use(startForgetting({ store, retentionMs: config.retentionMs, clock, log }));
  starting.use(
    startDelivering({
      ledger,
      store,
      senders: sendersOf(config, { http, clock }),
      installation: config.name,
      scrub,
      clock,
      random,
      log,
    }),
  );

  const polling = new AbortController();
  const counts: PollCounts = { attempted: new Set(), skipped: 0 };
  const polls: PollOptions = {
    ledger,
    installation: config.name,
    settings: config.policy,
    router: router(config.routing),
    scrub,
    clock,
    log,
    signal: polling.signal,
  };
  const jobs = config.projects.flatMap((project) => {
    const projectHttp = starting.use(createHttp({ clock, ...(project.ca && { ca: project.ca }) }));
    return pollJobs(polls, { project, http: projectHttp, random, counts });
  });
  const schedule = starting.use(startSchedule(jobs, { clock, random }));
  starting.defer(() => polling.abort());

  const health = healthOf({ ledger, schedule, counts, connections: jobs.length, clock });
  const app = createApp({
    store,
    remembered: async () => ledger.remembered(),
    projects: config.projects,
    now: clock.now,
    server: config.server,
    health,
    report: (error) => log.error({ err: error }, "Could not answer a request"),
  });
  const listening = starting.use(await serve({ app, listen: config.server.listen, clock }));
  log.info(
    {
      url: listening.url,
      store: store.place,
      connections: jobs.length,
      notifiers: config.notifiers.map(({ name }) => name),
    },
    "Watching",
  );
  const started = starting.move();
  return { url: listening.url, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

function sendersOf(
  { notifiers }: Config,
  world: { readonly http: Http; readonly clock: Clock },
): readonly Sender[] {
  const tell = teller(world);
  return notifiers.flatMap(({ name, fallback, type, options }) => {
    const notifier = builtinNotifiers.get(type);
    if (!notifier) return [];
    return [
      {
        name,
        ...(fallback !== undefined && { fallback }),
        send: (notice, attempt) => tell(notifier, { notice, options, ...attempt }),
      } satisfies Sender,
    ];
  });
}

function pollJobs(
  options: PollOptions,
  {
    project,
    http,
    random,
    counts,
  }: {
    readonly project: ProjectConfig;
    readonly http: Http;
    readonly random: () => number;
    readonly counts: PollCounts;
  },
): readonly Job[] {
  const client = createDliClient({ project, http, clock: options.clock, random });
  const watched: WatchedProject = {
    name: project.name,
    project_id: project.projectId,
    region: project.region,
    connections: project.connections,
  };
  return project.connections.map((target) =>
    pollJob(options, { project: watched, target, client, counts }),
  );
}
