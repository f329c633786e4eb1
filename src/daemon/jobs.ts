import type { Clock } from "../clock.ts";
import { type Config, type ProjectConfig, sameConfig } from "../config/config.ts";
import type { Auth } from "../core/access.ts";
import { withDiscovered } from "../core/discovery.ts";
import { groupsOf, kindOf } from "../core/poll-groups.ts";
import type { Scrubber } from "../core/secret.ts";
import { credentialsOf } from "../dli/auth/source.ts";
import { createDliClient, type DliClient } from "../dli/client.ts";
import { createSigned, type Signed } from "../dli/signed.ts";
import { createStanding, type Standing } from "../dli/standing.ts";
import type { Http } from "../http.ts";
import type { ExchangeAs } from "../notify/http.ts";
import { listJob } from "../watch/list-poll.ts";
import type { PollOptions } from "../watch/observe.ts";
import { recordPace } from "../watch/pace.ts";
import { pollJob } from "../watch/poll.ts";
import type { WatchedProject } from "../watch/record.ts";
import type { Job } from "../watch/schedule.ts";

/** Polls of all configured and discovered connections. */
export interface Polling extends AsyncDisposable {
  /** One job a connection, by project and id, or one for all that are polled by their list. A project whose access is configured as before goes on with its pace and its open sockets. */
  jobsOf(config: Config): ReadonlyMap<string, Job>;
  /** Sends as a project of the present configuration, which are those of the last jobs. */
  readonly exchangeAs: ExchangeAs;
}

export interface PollingOptions extends PollOptions {
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
  readonly signed: Signed;
  /** As many as the list of its enhanced connections is known to have at least. */
  pages: number;
}

export function createPolling({
  lend,
  random,
  connect,
  onRegrouped,
  ...polls
}: PollingOptions): Polling {
  // One that is gone is not closed: its polls under way end, and its idle sockets by themselves.
  let known: readonly Access[] = [];
  const standings: { readonly auth: Auth; readonly standing: Standing }[] = [];

  /** Projects with the same credentials are refused together. */
  function standingOf(auth: Auth): Standing {
    const shared = standings.find((one) => sameConfig(one.auth, auth));
    if (shared) return shared.standing;
    const standing = createStanding();
    standings.push({ auth, standing });
    return standing;
  }

  function accessOf({ connections, pollBy, discover, ...project }: ProjectConfig): Access {
    const before = known.find((access) => sameConfig(access.project, project));
    if (before) return before;
    const { clock } = polls;
    const http = connect(project.ca);
    const parts = {
      http: counted(http, (status) => polls.meter.asked(project.name, status)),
      clock,
    };
    const credentials = credentialsOf(project, { ...parts, lend });
    const onPace = (intervalMs: number | undefined) =>
      void recordPace(polls, project.name, intervalMs);
    // That of an earlier client is over.
    if (polls.ledger.project(project.name).slowdown) onPace(undefined);
    const access = { project, credentials, random, standing: standingOf(project.auth) };
    const client = createDliClient({ ...access, ...parts, onPace });
    const signed = createSigned({ ...access, http, clock });
    return { project, http, client, signed, pages: 1 };
  }

  function jobsOfProject(config: ProjectConfig, access: Access): readonly NamedJob[] {
    const { name } = config;
    const { client } = access;
    const project = watchedProject(config);
    const { single, lists } = groupsOf(config, {
      pages: access.pages,
      kind: (target) => kindOf(target, polls.ledger.connection(name, target.id).memory),
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
    jobsOf(config) {
      const projects = withDiscovered(config.projects, polls.ledger.remembered().connections);
      const now = projects.map((project) => ({ project, access: accessOf(project) }));
      known = now.map(({ access }) => access);
      return new Map(now.flatMap(({ project, access }) => jobsOfProject(project, access)));
    },
    async exchangeAs(name, ...sent) {
      const access = known.find(({ project }) => name === "" || project.name === name);
      if (!access) throw new Error(`There is no project ${name}`);
      return access.signed(...sent);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(known.map(({ http }) => http[Symbol.asyncDispose]()));
    },
  };
}

/** A project as it is watched and told of. */
export function watchedProject({
  name,
  projectId,
  region,
  connections,
}: ProjectConfig): WatchedProject {
  return { name, project_id: projectId, ...(region && { region }), connections };
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
