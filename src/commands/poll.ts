import { systemClock, systemRandom } from "../clock.ts";
import {
  type Config,
  type ConnectionConfig,
  type ProjectConfig,
  secretsOf,
} from "../config/config.ts";
import { didYouMean } from "../config/problems.ts";
import { formatDuration } from "../core/duration.ts";
import {
  bindingsOf,
  failureText,
  type Observation,
  type Snapshot,
  sameState,
} from "../core/model.ts";
import { eventConnection } from "../core/notice.ts";
import { createScrubber, type Scrubber } from "../core/secret.ts";
import { credentialsOf } from "../dli/auth/source.ts";
import { createDliClient } from "../dli/client.ts";
import { type ExitStatus, exitStatus, UserError } from "../errors.ts";
import { createHttp } from "../http.ts";
import { readConfig } from "./config.ts";
import { discoveredNow, type Found } from "./discovered.ts";
import { stateCell } from "./state.ts";
import { type Cell, formatTable } from "./table.ts";

/** Polls all connections, or those with the given ids or names, once and prints what each answered; nothing is stored or told. */
export async function poll(
  file: string,
  { ids, json }: { readonly ids: readonly string[]; readonly json: boolean },
): Promise<ExitStatus> {
  const { config } = await readConfig(file);
  askForPatience(config, ids);
  const { scrub, lend } = createScrubber(secretsOf(config));
  const polled = (
    await Promise.all(
      config.projects.map((project) => pollProject(project, { ids, lend, ...config })),
    )
  ).flat();
  refuseUnknown([...config.projects.flatMap(({ connections }) => connections), ...polled], ids);
  const text = json
    ? JSON.stringify(polled, undefined, 2)
    : formatTable(
        ["PROJECT", "CONNECTION", "RESOURCE", "STATE", "REASON"],
        polled.flatMap(rowsOf),
        process.stdout,
      );
  process.stdout.write(`${scrub(text)}\n`);
  return polled.some(({ bad }) => bad) ? exitStatus.bad : exitStatus.ok;
}

function isAskedFor({ id, name }: ConnectionConfig, ids: readonly string[]): boolean {
  return ids.length === 0 || ids.includes(id) || (name !== undefined && ids.includes(name));
}

function refuseUnknown(
  connections: readonly Pick<ConnectionConfig, "id" | "name">[],
  ids: readonly string[],
): void {
  const known = [...new Set(connections.flatMap(({ id, name = id }) => [id, name]))];
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new UserError(
    `no connection ${unknown} is configured or discovered${didYouMean(unknown, known)}; dli-watch check shows those that are`,
    exitStatus.configuration,
  );
}

const noticeableMs = 5_000;

/** Requests keep to the rate: whoever waits must see that it is no hang. */
function askForPatience({ projects }: Config, ids: readonly string[]): void {
  const durations = projects.map(({ rate, connections }) => {
    const asked = connections.filter((connection) => isAskedFor(connection, ids));
    return asked.length * (rate.perMs / rate.count);
  });
  const longestMs = Math.max(...durations);
  if (longestMs < noticeableMs) return;
  process.stderr.write(`This takes ${formatDuration(longestMs)} or more, to keep to the rate.\n`);
}

/** How one connection answered, as programs see it: in the words of the API and the events. */
type Polled = ReturnType<typeof polledItem>;

async function pollProject(
  project: ProjectConfig,
  {
    ids,
    lend,
    proxies,
  }: Pick<Config, "proxies"> & Pick<Scrubber, "lend"> & { readonly ids: readonly string[] },
): Promise<readonly Polled[]> {
  await using http = createHttp({ clock: systemClock, ca: project.ca, proxies });
  const parts = { http, clock: systemClock };
  const credentials = credentialsOf(project, { ...parts, lend });
  const client = createDliClient({ project, credentials, random: systemRandom, ...parts });
  const named = project.connections.map((connection): Found => ({ connection }));
  const found = await discoveredNow(project, client);
  return await Promise.all(
    [...named, ...found]
      .filter(({ connection }) => isAskedFor(connection, ids))
      .map(async ({ connection, observation }) =>
        polledItem({
          project,
          connection,
          observation: observation ?? (await client.poll(connection)),
        }),
      ),
  );
}

function polledItem({
  project,
  connection,
  observation,
}: {
  readonly project: ProjectConfig;
  readonly connection: ConnectionConfig;
  readonly observation: Observation;
}) {
  const snapshot = observation.outcome === "snapshot" ? observation.snapshot : undefined;
  const bindings = snapshot ? bindingItems(snapshot) : [];
  return {
    project: project.name,
    ...eventConnection(connection, snapshot),
    outcome: observation.outcome,
    bad: !snapshot || isBad(snapshot.state) || bindings.some(({ bad }) => bad),
    ...reasonOf(observation),
    bindings,
  };
}

function bindingItems(snapshot: Snapshot) {
  return bindingsOf(snapshot).map(({ type, name, peerId, state, errMsg }) => ({
    type,
    name,
    peer_id: peerId,
    state,
    err_msg: errMsg,
    bad: isBad(state),
  }));
}

/** Nobody configures what is meant to be deleted. */
function isBad(state: string): boolean {
  return sameState(state, "FAILED") || sameState(state, "DELETED");
}

/** Why it is FAILED, or why nothing could be read. */
function reasonOf(observation: Observation) {
  switch (observation.outcome) {
    case "snapshot":
      return { err_msg: observation.snapshot.errMsg };
    case "absent":
      return { err_msg: observation.message };
    case "failed": {
      const { cause, requestId } = observation.failure;
      return { err_msg: failureText(observation.failure), cause, request_id: requestId };
    }
    default:
      return observation satisfies never;
  }
}

function rowsOf({ project, name, bindings, ...own }: Polled): readonly (readonly Cell[])[] {
  const state = own.state ?? (own.outcome === "absent" ? "does not exist" : "not readable");
  return [
    [project, name, own.kind ?? "", stateCell(state, own.state ? isBad(state) : true), own.err_msg],
    ...bindings.map((binding) => [
      project,
      name,
      `${binding.type} ${binding.name || binding.peer_id}`,
      stateCell(binding.state, binding.bad),
      binding.err_msg,
    ]),
  ];
}
