import type { Config, ConnectionConfig, ProjectConfig } from "../config/config.ts";
import { isLoopback } from "../core/address.ts";
import type { Draft } from "../core/draft.ts";
import { eventConnection, toEvent } from "../core/notice.ts";
import { type Routing, router } from "../core/route.ts";

/** What a configuration says and probably does not mean; each names its place and a way out. */
export function warningsOf(config: Config): readonly string[] {
  return [
    ...openDoor(config),
    ...onlyNotifier(config),
    ...idleNotifiers(config),
    ...idleRoutes(config),
    ...toldToNobody(config),
  ];
}

function openDoor({ server: { listen, token } }: Config): readonly string[] {
  if (token || isLoopback(listen.host)) return [];
  return [
    `server.listen: everybody who reaches ${listen.host}:${listen.port} can read what is watched; set server.token, or listen on 127.0.0.1`,
  ];
}

function onlyNotifier({ notifiers: [only, ...others] }: Config): readonly string[] {
  if (!only || others.length > 0) return [];
  return [`notifiers: nobody is told when ${only.name} itself fails; add a second one`];
}

function idleNotifiers({ notifiers, routing: { routes, unrouted } }: Config): readonly string[] {
  if (routes.length === 0 || unrouted === "notify") return [];
  const named = new Set([
    ...routes.flatMap(({ notify }) => notify),
    ...notifiers.map(({ fallback }) => fallback),
  ]);
  return notifiers
    .filter(({ name }) => !named.has(name))
    .map(({ name }) => `notifiers.${name}: is told nothing; name it in a route or as a fallback`);
}

/** A route may name a project or connection that is not there. The API's own name of a connection is not known here. */
function idleRoutes({ projects, routing }: Config): readonly string[] {
  const connections = projects.flatMap((project) =>
    [...project.connections, ...discoverable(project)].map((connection) => ({
      project,
      connection,
    })),
  );
  return routing.routes.flatMap(({ match: { patterns } }, index) =>
    (["project", "connection"] as const).flatMap((key) => {
      const pattern = patterns[key];
      if (pattern === undefined) return [];
      const alone = { match: { patterns: { [key]: pattern }, labels: {} }, notify: ["any"] };
      const only: Routing = { routes: [alone], unrouted: "drop", notifiers: ["any"] };
      const canMatch = connections.some(
        ({ project, connection }) =>
          (key === "connection" && connection.name === undefined) ||
          failedQueues(connection).some(isTold(project, only)),
      );
      const what = `routes[${index}].match.${key}`;
      return canMatch
        ? []
        : [
            `${what}: matches no ${key} that is configured; correct the pattern or remove the route`,
          ];
    }),
  );
}

/** What may be discovered, of which neither name nor id is known here. */
function discoverable({ discover }: ProjectConfig): readonly ConnectionConfig[] {
  return discover ? [{ id: "", kind: "auto", schedule: discover.schedule, labels: {} }] : [];
}

/** Sends the worst that can happen through the routes: the loss of each project, a failed queue of each connection. */
function toldToNobody({ projects, routing }: Config): readonly string[] {
  return projects.flatMap((project) => {
    const { name, connections } = project;
    const isHeard = isTold(project, routing);
    const untold = connections.filter((connection) => !failedQueues(connection).some(isHeard));
    return [
      ...(isHeard(unreachable(name)) ? [] : [`project ${name} cannot be read`]),
      ...untold.map((connection) => `a queue of ${connection.name ?? connection.id} is FAILED`),
    ].map(
      (what) => `routes: nobody is told when ${what}; let a route match it, or "unrouted: notify"`,
    );
  });
}

/** Whether anybody is told of a notice of this project. */
function isTold(
  { name, projectId, region }: ProjectConfig,
  routing: Routing,
): (draft: Draft) => boolean {
  const project = { name, project_id: projectId, region };
  const numbering = { newId: () => "", nextSequence: () => 0 };
  const context = { installation: "", observedAt: 0, project };
  const destinationsOf = router(routing);
  return (draft) => destinationsOf(toEvent(draft, context, numbering)).length > 0;
}

function unreachable(project: string): Draft {
  return {
    type: "unreachable",
    severity: "warning",
    resource: { type: "project", name: project },
    cause: "network",
    routed: true,
  };
}

/** Of either kind, where the configuration leaves it open. */
function failedQueues({ kind, ...connection }: ConnectionConfig): readonly Draft[] {
  const kinds = kind === "auto" ? (["enhanced", "basic"] as const) : [kind];
  return kinds.map((one) => ({
    type: "transition",
    severity: "critical",
    resource: { type: "queue", name: "any" },
    connection: { ...eventConnection(connection, undefined), kind: one },
    from: "CREATING",
    to: "FAILED",
    routed: true,
  }));
}
