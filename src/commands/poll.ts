import { systemClock, systemRandom } from "../clock.ts";
import {
  type Config,
  type ConnectionConfig,
  type ProjectConfig,
  secretsOf,
} from "../config/config.ts";
import { bindingsOf, type Observation, sameState } from "../core/model.ts";
import { scrubber } from "../core/secret.ts";
import { createDliClient } from "../dli/client.ts";
import { type ExitStatus, exitStatus, UserError } from "../errors.ts";
import { createHttp } from "../http.ts";
import { readConfig } from "./config.ts";
import { type Cell, formatTable } from "./table.ts";

interface Polled {
  readonly project: string;
  readonly connection: string;
  readonly observation: Observation;
}

/** Polls all connections, or those with the given ids or names, once and prints what each answered; nothing is stored or told. */
export async function poll(
  file: string,
  { ids, json }: { readonly ids: readonly string[]; readonly json: boolean },
): Promise<ExitStatus> {
  const config = readConfig(file);
  refuseUnknown(config, ids);
  const polled = (
    await Promise.all(config.projects.map((project) => pollProject(project, ids)))
  ).flat();
  const text = json
    ? JSON.stringify(polled, undefined, 2)
    : formatTable(
        ["PROJECT", "CONNECTION", "RESOURCE", "STATE", "REASON"],
        polled.flatMap(rowsOf),
        process.stdout,
      );
  process.stdout.write(`${scrubber(secretsOf(config))(text)}\n`);
  return polled.some(isBad) ? exitStatus.bad : exitStatus.ok;
}

function isWanted({ id, name }: ConnectionConfig, ids: readonly string[]): boolean {
  return ids.length === 0 || ids.includes(id) || (name !== undefined && ids.includes(name));
}

function refuseUnknown({ projects }: Config, ids: readonly string[]): void {
  const unknown = ids.find(
    (id) =>
      !projects.some(({ connections }) =>
        connections.some((connection) => isWanted(connection, [id])),
      ),
  );
  if (unknown !== undefined)
    throw new UserError(
      `no connection ${unknown} is configured; dli-watch check shows those that are`,
      exitStatus.configuration,
    );
}

async function pollProject(
  project: ProjectConfig,
  ids: readonly string[],
): Promise<readonly Polled[]> {
  await using http = createHttp({
    clock: systemClock,
    ...(project.ca !== undefined && { ca: project.ca }),
  });
  const client = createDliClient({ project, http, clock: systemClock, random: systemRandom });
  return Promise.all(
    project.connections
      .filter((connection) => isWanted(connection, ids))
      .map(async (connection) => ({
        project: project.name,
        connection: connection.name ?? connection.id,
        observation: await client.poll(connection),
      })),
  );
}

function isBad({ observation }: Polled): boolean {
  if (observation.outcome !== "snapshot") return true;
  const { snapshot } = observation;
  return [snapshot, ...bindingsOf(snapshot)].some(({ state }) => sameState(state, "FAILED"));
}

function rowsOf({ project, connection, observation }: Polled): readonly (readonly Cell[])[] {
  if (observation.outcome !== "snapshot") {
    const absent = observation.outcome === "absent";
    const reason = absent ? observation.message : observation.failure.message;
    return [
      [
        project,
        connection,
        "",
        { text: absent ? "does not exist" : "not readable", style: "red" },
        reason,
      ],
    ];
  }
  const { snapshot } = observation;
  const own = [
    project,
    snapshot.attributes.name || connection,
    snapshot.kind,
    stateCell(snapshot.state),
    sameState(snapshot.state, "FAILED") ? snapshot.errMsg : "",
  ];
  return [
    own,
    ...bindingsOf(snapshot).map(({ type, name, peerId, state, errMsg }) => [
      project,
      connection,
      `${type} ${name || peerId}`,
      stateCell(state),
      errMsg,
    ]),
  ];
}

function stateCell(state: string): Cell {
  return { text: state, style: sameState(state, "FAILED") ? "red" : "green" };
}
