import type { Auth } from "../core/access.ts";
import { endpointOf } from "../core/endpoint.ts";
import type { PolicySettings } from "../core/policy.ts";
import type { Proxies } from "../core/proxy.ts";
import type { Route } from "../core/route.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Secret } from "../core/secret.ts";
import type { Config, NotifierConfig, ProjectConfig } from "./config.ts";
import type { ConfigFile } from "./schema.ts";

/** What the file's checked values do not say by themselves. */
interface Surroundings {
  /** Absolute path of one that is relative to the file. */
  pathOf(relative: string): string;
  /** What is written for the secret options of a notifier. */
  secretsOf(notifier: string, type: string): readonly Secret[];
  readonly proxies: Proxies;
}

/** Turns a checked file into the program's own terms; what is given once for all is handed down to each. */
export function assemble(file: ConfigFile, { pathOf, secretsOf, proxies }: Surroundings): Config {
  const notifiers = Object.entries(file.notifiers).map(([name, notifier]): NotifierConfig => {
    const { type, fallback, language, timezone = file.timezone, template, ...options } = notifier;
    return {
      name,
      type,
      ...(fallback !== undefined && { fallback }),
      voice: {
        language,
        timezone,
        ...(file.public_url !== undefined && { publicUrl: file.public_url }),
        ...(template && { template }),
      },
      options,
      secrets: secretsOf(name, type),
    };
  });
  return {
    name: file.name,
    ...(file.public_url !== undefined && { publicUrl: file.public_url }),
    timezone: file.timezone,
    projects: file.projects.map((project) => projectOf(project, file)),
    notifiers,
    routing: {
      routes: file.routes.map((route) => routeOf(route, file)),
      unrouted: file.unrouted,
      notifiers: notifiers.map(({ name }) => name),
    },
    policy: policyOf(file.policy),
    hints: file.hints,
    mutes: file.mutes.map(({ name, match, cron, for: forMs, timezone = file.timezone }) => ({
      name,
      match,
      cron: { cron, timezone },
      forMs,
    })),
    store: pathOf(file.store),
    retentionMs: file.retention,
    server: file.server,
    ...(file.heartbeat && {
      heartbeat: { url: file.heartbeat.url, everyMs: file.heartbeat.every },
    }),
    logLevel: file.log.level,
    proxies,
  };
}

type ProjectInFile = ConfigFile["projects"][number];

function projectOf(project: ProjectInFile, file: ConfigFile): ProjectConfig {
  const {
    name,
    region = "",
    endpoint,
    project_id,
    auth,
    rate,
    concurrency,
    poll_by,
    discover,
    ca_file,
  } = project;
  return {
    name,
    region,
    endpoint: endpoint ?? endpointOf("dli", region),
    projectId: project_id,
    auth: authOf(auth, region),
    rate,
    concurrency,
    ...(ca_file !== undefined && { ca: ca_file }),
    pollBy: poll_by,
    ...(discover && {
      discover: { ...discover, schedule: scheduleOf(file.schedule, file.timezone) },
    }),
    connections: (project.connections ?? []).map((connection) => ({
      ...connection,
      schedule: scheduleOf(connection.schedule ?? file.schedule, file.timezone),
    })),
  };
}

function authOf(auth: ProjectInFile["auth"], region: string): Auth {
  if (auth.type !== "password") return auth;
  const { iam_endpoint = endpointOf("iam", region), ...user } = auth;
  return { ...user, iamEndpoint: iam_endpoint };
}

function scheduleOf(schedule: ConfigFile["schedule"], timezone: string): Schedule {
  return "cron" in schedule ? { ...schedule, timezone } : schedule;
}

function routeOf(
  { match, notify, delay, digest, remind }: ConfigFile["routes"][number],
  { timezone }: ConfigFile,
): Route {
  return {
    match,
    notify,
    ...(remind && { remind }),
    ...(delay !== undefined && { delayMs: delay }),
    ...(digest && { digest: "cron" in digest ? { ...digest, timezone } : digest }),
  };
}

function policyOf({
  confirm,
  unreachable_after,
  first_sight,
  storm,
  stuck,
  flapping,
}: ConfigFile["policy"]): PolicySettings {
  return {
    confirm: confirmOf(confirm),
    unreachableAfter: unreachable_after,
    firstSight: first_sight,
    ...(storm && { storm: { over: storm.over, withinMs: storm.within } }),
    stuckAfterMs: byUpperCase(stuck),
    flapping: flapping && { changes: flapping.changes, withinMs: flapping.within },
  };
}

/** One number counts for everything; a map changes only what it names. */
function confirmOf(confirm: ConfigFile["policy"]["confirm"]): PolicySettings["confirm"] {
  if (typeof confirm === "number") return { other: confirm, gone: confirm, states: {} };
  const { gone = 2, ...states } = confirm;
  return { other: 1, gone, states: { FAILED: 1, ...byUpperCase(states) } };
}

function byUpperCase(states: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(states).map(([state, value]) => [state.toUpperCase(), value]),
  );
}
