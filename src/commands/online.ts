import { systemClock, systemRandom } from "../clock.ts";
import { type Config, type ProjectConfig, secretsOf } from "../config/config.ts";
import { failureText, type Observation } from "../core/model.ts";
import { createScrubber, type Scrubber } from "../core/secret.ts";
import { credentialsOf } from "../dli/auth/source.ts";
import { createDliClient } from "../dli/client.ts";
import { createHttp } from "../http.ts";
import { type Cell, formatTable, type Output } from "./table.ts";

/** What the cloud lets a configuration do, for people. */
interface Online {
  readonly table: string;
  /** What fails, each with its way out. */
  readonly failures: readonly string[];
}

/** Tries each project's credentials, once, and the permissions that watching needs. */
export async function tryOnline(config: Config, output: Output): Promise<Online> {
  const { scrub, lend } = createScrubber(secretsOf(config));
  const tried = await Promise.all(
    config.projects.map((project) => trialsOf(project, { lend, ...config })),
  );
  const trials = tried.flat();
  return {
    table: scrub(formatTable(["PROJECT", "NEEDED", "RESULT"], trials.map(rowOf), output)),
    failures: trials.flatMap(({ project, needed, reason }) =>
      reason === undefined ? [] : [scrub(`${project}: ${needed}: ${reason}`)],
    ),
  };
}

/** One thing that is needed. */
interface Trial {
  readonly project: string;
  readonly needed: string;
  readonly result: "works" | "fails" | "not tried";
  /** Why it fails. */
  readonly reason?: string;
}

const access = "endpoint and credentials";
const list = "dli:edsconnection:list";
const get = "dli:edsconnection:get";

/** The list is asked for first: whatever it fails for but the permission, the rest would fail for, too. */
async function trialsOf(
  project: ProjectConfig,
  { lend, proxies }: Pick<Config, "proxies"> & Pick<Scrubber, "lend">,
): Promise<readonly Trial[]> {
  const { name, ca, connections, discover } = project;
  await using http = createHttp({ clock: systemClock, ca, proxies });
  const parts = { http, clock: systemClock };
  const credentials = credentialsOf(project, { ...parts, lend });
  const asked = connections.find(({ kind }) => kind !== "basic") ?? connections[0];
  const kind = (asked?.kind ?? discover?.kinds.at(-1)) === "basic" ? "basic" : "enhanced";
  const client = createDliClient({ project, credentials, random: systemRandom, ...parts });
  const listing = await client.list(kind, { pages: 1 });
  const failure = listing.outcome === "failed" ? listing.failure : undefined;
  if (failure && failure.cause !== "permission") {
    return [
      trial(name, access, failureText(failure)),
      { project: name, needed: list, result: "not tried" },
      { project: name, needed: get, result: "not tried" },
    ];
  }
  return [
    trial(name, access),
    trial(name, list, failure && failureText(failure)),
    ...(asked ? [trial(name, get, reasonOf(await client.poll(asked)))] : []),
  ];
}

function trial(project: string, needed: string, reason?: string): Trial {
  return reason === undefined
    ? { project, needed, result: "works" }
    : { project, needed, result: "fails", reason };
}

function reasonOf(observation: Observation): string | undefined {
  switch (observation.outcome) {
    case "snapshot":
      return undefined;
    case "absent":
      return `${observation.message} – check its id, project_id and region`;
    case "failed":
      return failureText(observation.failure);
    default:
      return observation satisfies never;
  }
}

function rowOf({ project, needed, result }: Trial): readonly Cell[] {
  return [project, needed, { text: result, style: styles[result] }];
}

const styles = { works: "green", fails: "red", "not tried": "gray" } as const;
