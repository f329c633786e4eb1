import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { systemClock, systemRandom } from "../clock.ts";
import { cloudVariables } from "../config/cloud-variables.ts";
import { secretsOf } from "../config/config.ts";
import { ownSurroundings, parseConfig } from "../config/load.ts";
import { formatProblem } from "../config/problems.ts";
import type { ListedConnection } from "../core/listing.ts";
import { type ConnectionKind, failureText, sameState } from "../core/model.ts";
import { createScrubber } from "../core/secret.ts";
import { credentialsOf } from "../dli/auth/source.ts";
import { createDliClient } from "../dli/client.ts";
import { type ExitStatus, exitStatus } from "../errors.ts";
import { createHttp } from "../http.ts";
import { notifierOptions } from "./config.ts";
import { existing, writeNewFile } from "./new-file.ts";
import { shipped } from "./shipped.ts";
import { starterFile } from "./starter.ts";

/** Where the project is, if the environment does not say it. */
interface InitOptions {
  readonly region?: string;
  readonly endpoint?: string;
}

/** Writes a configuration to begin with, never over one that is there; with the project's connections, if the environment has its credentials. */
export async function init(file: string, options: InitOptions): Promise<ExitStatus> {
  if (existsSync(file)) throw existing(file);
  const starter = {
    ...options,
    schema: relative(dirname(resolve(file)), shipped("dli-watch.schema.json")),
    variables: cloudVariables(ownSurroundings.env),
  };
  const draft = starterFile({ ...starter, connections: [] });
  const { connections, problems } = await connectionsOf(draft, file);
  await writeNewFile(file, [starterFile({ ...starter, connections })]);
  process.stdout.write(`${file} is written. Connections listed in it: ${connections.length}.\n`);
  if (problems.length > 0) process.stderr.write(waysOut(problems));
  process.stdout.write(nextSteps(file));
  return exitStatus.ok;
}

/** What could be listed, and why not everything. */
interface Found {
  readonly connections: readonly ListedConnection[];
  readonly problems: readonly string[];
}

/** Somebody waits, and asks for a few pages once. */
const rate = { count: 5, perMs: 1_000 };

/** The connections of the project that a draft names. A variable that is not set is a problem of the draft. */
async function connectionsOf(draft: string, file: string): Promise<Found> {
  const { config, problems } = parseConfig(draft, { ...ownSurroundings, file, notifierOptions });
  if (!config) return { connections: [], problems: problems.map(formatProblem) };
  await using http = createHttp({ clock: systemClock, proxies: config.proxies });
  const { scrub, lend } = createScrubber(secretsOf(config));
  const parts = { http, clock: systemClock };
  const lists = await Promise.all(
    config.projects.flatMap((project) => {
      const credentials = credentialsOf(project, { ...parts, lend });
      const asked = { project: { ...project, rate }, credentials, random: systemRandom, ...parts };
      const client = createDliClient(asked);
      return (["enhanced", "basic"] as const).map(async (kind) => ({
        kind,
        listing: await client.list(kind),
      }));
    }),
  );
  return {
    connections: lists
      .flatMap(({ listing }) => (listing.outcome === "read" ? listing.connections : []))
      .filter(({ state }) => !sameState(state, "DELETED"))
      .map((one) => ({ ...one, name: scrub(one.name), state: scrub(one.state) })),
    problems: lists.flatMap(({ kind, listing }) =>
      listing.outcome === "failed" && !isLacking(kind, listing)
        ? [`${kind} connections: ${scrub(failureText(listing.failure))}`]
        : [],
    ),
  };
}

/** Some clouds have no basic connections. */
function isLacking(kind: ConnectionKind, { noSuchApi }: { readonly noSuchApi?: true }): boolean {
  return kind === "basic" && noSuchApi === true;
}

function waysOut(problems: readonly string[]): string {
  return `Not all connections of the project could be listed:
${problems.map((problem) => `  ${problem}\n`).join("")}Mend this, delete the file and call init again, or write their ids into it.
`;
}

function nextSteps(file: string): string {
  return `What to do next:
  choose in it what is watched, and who is told
  dli-watch check -c ${file}   names every mistake at once, or prints what it will do
  dli-watch poll -c ${file}    asks the cloud once and tells nobody
  dli-watch run -c ${file}     watches
`;
}
