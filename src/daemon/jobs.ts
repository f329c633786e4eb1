import type { Clock } from "../clock.ts";
import { type Config, type ProjectConfig, sameConfig } from "../config/config.ts";
import { router } from "../core/route.ts";
import type { Scrubber } from "../core/secret.ts";
import { credentialsOf } from "../dli/auth/source.ts";
import { createDliClient, type DliClient } from "../dli/client.ts";
import { createHttp, type Http } from "../http.ts";
import { type PollCounts, type PollOptions, pollJob } from "../watch/poll.ts";
import type { Job } from "../watch/schedule.ts";

/** Polls of all configured connections. */
export interface Polling extends AsyncDisposable {
  /** One job a connection, by project and id. A project whose access is configured as before goes on with its pace and its open sockets. */
  jobsOf(config: Config): ReadonlyMap<string, Job>;
}

export interface PollingOptions extends Omit<PollOptions, "settings" | "router"> {
  readonly counts: PollCounts;
  readonly lend: Scrubber["lend"];
  readonly clock: Clock;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
}

interface Access {
  readonly project: Omit<ProjectConfig, "connections">;
  readonly http: Http;
  readonly client: DliClient;
}

export function createPolling({ counts, lend, random, ...options }: PollingOptions): Polling {
  // One that is gone is not closed: its polls under way end, and its idle sockets by themselves.
  let known: readonly Access[] = [];
  let current: Pick<PollOptions, "settings" | "router"> | undefined;
  // A poll that began before a reload is told by what is configured when it ends.
  const polls: PollOptions = {
    ...options,
    get settings() {
      return configured().settings;
    },
    get router() {
      return configured().router;
    },
  };

  function configured() {
    if (!current) throw new Error("No configuration has been applied yet");
    return current;
  }

  function accessOf({ connections, ...project }: ProjectConfig): Access {
    const before = known.find((access) => sameConfig(access.project, project));
    if (before) return before;
    const http = createHttp({
      clock: options.clock,
      ...(project.ca !== undefined && { ca: project.ca }),
    });
    const parts = {
      http: counted(http, (status) => options.meter.asked(project.name, status)),
      clock: options.clock,
    };
    const credentials = credentialsOf(project, { ...parts, lend });
    return { project, http, client: createDliClient({ project, credentials, random, ...parts }) };
  }

  return {
    jobsOf({ projects, policy, routing }) {
      current = { settings: policy, router: router(routing) };
      const now = projects.map((project) => ({ project, access: accessOf(project) }));
      known = now.map(({ access }) => access);
      const jobs = now.flatMap(({ project, access: { client } }) => {
        const { name, projectId, region, connections } = project;
        const watched = { name, project_id: projectId, ...(region && { region }), connections };
        return connections.map(
          (target) =>
            [
              `${name}/${target.id}`,
              pollJob(polls, { project: watched, target, client, counts }),
            ] as const,
        );
      });
      return new Map(jobs);
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
