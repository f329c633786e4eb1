import type { Config, ConnectionConfig } from "../config/config.ts";
import { isLoopback } from "../core/address.ts";
import type { Draft } from "../core/draft.ts";
import { announcer, eventConnection } from "../core/notice.ts";
import { router } from "../core/route.ts";

/** What a configuration says and probably does not mean; each names its place and a way out. */
export function warningsOf(config: Config): readonly string[] {
  return [
    ...openDoor(config),
    ...onlyNotifier(config),
    ...idleNotifiers(config),
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

/** Sends the worst that can happen through the routes: the loss of each project, a failed queue of each connection. */
function toldToNobody({ name: installation, projects, routing }: Config): readonly string[] {
  const numbering = { newId: () => "", nextSequence: () => 0 };
  return projects.flatMap(({ name, projectId, region, connections }) => {
    const project = { name, project_id: projectId, region };
    const context = { installation, observedAt: 0, project };
    const { announce } = announcer(context, router(routing), numbering);
    const isTold = (draft: Draft) => announce(draft).length > 0;
    const untold = connections.filter((connection) => !failedQueues(connection).some(isTold));
    return [
      ...(isTold(unreachable(name)) ? [] : [`project ${name} cannot be read`]),
      ...untold.map((connection) => `a queue of ${connection.name ?? connection.id} is FAILED`),
    ].map(
      (what) => `routes: nobody is told when ${what}; let a route match it, or "unrouted: notify"`,
    );
  });
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
