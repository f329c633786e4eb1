import type { Clock } from "../clock.ts";
import { type Config, type ProjectConfig, sameConfig } from "../config/config.ts";
import { withDiscovered } from "../core/discovery.ts";
import { explainer } from "../core/hints.ts";
import { groupsOf, kindOf } from "../core/poll-groups.ts";
import { router } from "../core/route.ts";
import type { Scrubber } from "../core/secret.ts";
import { credentialsOf } from "../dli/auth/source.ts";
import { createDliClient, type DliClient } from "../dli/client.ts";
import type { Http } from "../http.ts";
import { listJob } from "../watch/list-poll.ts";
import type { PollOptions } from "../watch/observe.ts";
import { recordPace } from "../watch/pace.ts";
import { pollJob } from "../watch/poll.ts";
import type { Job } from "../watch/schedule.ts";

/** What of the configuration every poll goes by. */
type Configured = Pick<PollOptions, "settings" | "router" | "explain">;

/** Polls of all configured and discovered connections. */
export interface Polling extends AsyncDisposable {
  /** One job a connection, by project and id, or one for all that are polled by their list. A project whose access is configured as before goes on with its pace and its open sockets. */
  jobsOf(config: Config): ReadonlyMap<string, Job>;
}

export interface PollingOptions extends Omit<PollOptions, keyof Configured> {
  readonly lend: Scrubber["lend"];
  readonly clock: Clock;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
  /** Opens a way to the API and IAM; certificates (PEM) are trusted beside the system's. */
  readonly connect: (ca: string | undefined) => Http;
  /** Called when the jobs of the present configuration are others than before. */
  readonly onRegrouped: () => void;
}

type NamedJob = readonly [name: string, job: Job];

interface Access {
  readonly project: Omit<ProjectConfig, "connections" | "pollBy" | "discover">;
  readonly http: Http;
  readonly client: DliClient;
  /** As many as the list of its enhanced connections is known to have at least. */
  pages: number;
}

export function createPolling({
  lend,
  random,
  connect,
  onRegrouped,
  ...options
}: PollingOptions): Polling {
  // One that is gone is not closed: its polls under way end, and its idle sockets by themselves.
  let known: readonly Access[] = [];
  let current: Configured | undefined;
  // A poll that began before a reload is told by what is configured when it ends.
  const polls: PollOptions = {
    ...options,
    get settings() {
      return configured().settings;
    },
    get router() {
      return configured().router;
    },
    get explain() {
      return configured().explain;
    },
  };

  function configured() {
    if (!current) throw new Error("No configuration has been applied yet");
    return current;
  }

  function accessOf({ connections, pollBy, discover, ...project }: ProjectConfig): Access {
    const before = known.find((access) => sameConfig(access.project, project));
    if (before) return before;
    const { clock } = options;
    const http = connect(project.ca);
    const parts = {
      http: counted(http, (status) => options.meter.asked(project.name, status)),
      clock,
    };
    const credentials = credentialsOf(project, { ...parts, lend });
    const onPace = (intervalMs: number | undefined) =>
      void recordPace(options, project.name, intervalMs);
    // That of an earlier client is over.
    if (options.ledger.project(project.name).slowdown) onPace(undefined);
    const client = createDliClient({ project, credentials, random, onPace, ...parts });
    return { project, http, client, pages: 1 };
  }

  function jobsOfProject(config: ProjectConfig, access: Access): readonly NamedJob[] {
    const { name, projectId, region, connections } = config;
    const { client } = access;
    const project = { name, project_id: projectId, ...(region && { region }), connections };
    const { single, lists } = groupsOf(config, {
      pages: access.pages,
      kind: (target) => kindOf(target, options.ledger.connection(name, target.id).memory),
    });
    return [
      ...single.map((target): NamedJob => {
        const job = pollJob(polls, { project, target, client, onRegrouped });
        return [`${name}/${target.id}`, job];
      }),
      ...lists.map((list): NamedJob => {
        const onUseless = () => {
          access.pages = list.pages + 1;
          onRegrouped();
        };
        const job = listJob(polls, { ...list, project, client, onUseless, onRegrouped });
        const { kind, schedule, discovery } = list;
        return [`${name} ${kind} ${JSON.stringify([schedule, discovery?.tags])}`, job];
      }),
    ];
  }

  return {
    jobsOf({ policy, routing, hints, ...config }) {
      current = { settings: policy, router: router(routing), explain: explainer(hints) };
      const projects = withDiscovered(config.projects, options.ledger.remembered().connections);
      const now = projects.map((project) => ({ project, access: accessOf(project) }));
      known = now.map(({ access }) => access);
      return new Map(now.flatMap(({ project, access }) => jobsOfProject(project, access)));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(known.map(({ http }) => http[Symbol.asyncDispose]()));
    },
  };
}

/** Tells `count` how every exchange ended: the status of the reply, or why there is none. */
function counted(http: Http, count: (status: string) => void): Http {
  return {
    ...http,
    async exchange(request, limits) {
      const outcome = await http.exchange(request, limits);
      count(outcome.reply ? `${outcome.reply.status}` : outcome.failure.reason);
      return outcome;
    },
  };
}
