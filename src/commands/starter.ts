import type { CloudVariables } from "../config/cloud-variables.ts";
import type { ListedConnection } from "../core/listing.ts";
import { oneLine, truncate } from "../core/text.ts";

/** What a starter file says of the project. */
interface Starter {
  /** Path of the JSON Schema, from the file. */
  readonly schema: string;
  readonly variables: CloudVariables;
  /** Both absent: the region is left to its variable. */
  readonly region?: string;
  readonly endpoint?: string;
  readonly connections: readonly ListedConnection[];
}

/** The text of a configuration to begin with. It is valid where its variables are set, and holds no secret: only their names. */
export function starterFile(starter: Starter): string {
  const { accessKey, secretKey, securityToken, projectId } = starter.variables;
  return `# yaml-language-server: $schema=${starter.schema}
#
# A beginning. What is written as \${…} comes from the environment, so that no secret stands here.
#   1. Choose below what is watched, and who is told.
#   2. dli-watch check   names every mistake at once, or prints what it will do
#      dli-watch poll    asks the cloud once and tells nobody
#   3. dli-watch run     watches
# Every option there is: config/dli-watch.example.yaml, where dli-watch is installed.

schedule: 60s # between the starts of two polls of a connection

projects:
  - name: prod # shown in messages
${placeLines(starter).join("\n")}
    project_id: ${reference(projectId)}
    auth: # it needs the permissions dli:edsconnection:get and dli:edsconnection:list
      access_key: ${reference(accessKey)}
      secret_key: ${reference(secretKey)} # or a file: \${file:/run/secrets/sk}
      ${securityToken === undefined ? "# security_token: … # goes with temporary keys" : `security_token: ${reference(securityToken)}`}
    rate: 20/1m # requests this watcher may make here: others share the quota
${connectionLines(starter.connections).join("\n")}

# Without routes every notice goes to every notifier.
notifiers:
  screen: { type: console } # standard output
  # oncall: { type: slack, url: "\${SLACK_WEBHOOK_URL}", fallback: screen }
  # hook: { type: webhook, url: https://ops.example.com/dli, secret: "\${WEBHOOK_SECRET}" }
`;
}

function reference(variable: string): string {
  return `\${${variable}}`;
}

function placeLines({ region, endpoint, variables }: Starter): readonly string[] {
  if (region === undefined && endpoint === undefined) {
    const advice = "such as cn-north-4; for another cloud endpoint: https://dli.…";
    return [`    region: ${reference(variables.region)} # ${advice}`];
  }
  return [
    ...(region === undefined ? [] : [`    region: ${region}`]),
    ...(endpoint === undefined ? [] : [`    endpoint: ${endpoint}`]),
  ];
}

function connectionLines(connections: readonly ListedConnection[]): readonly string[] {
  if (connections.length === 0) {
    return [
      "    connections: # the ids of yours, a line each",
      "      - 00000000-0000-0000-0000-000000000000",
    ];
  }
  return [
    "    connections: # take out those that nobody needs to hear of",
    ...connections.map(connectionLine),
  ];
}

/** Longest name or state in a comment, in UTF-16 code units. */
const longestWord = 80;

function connectionLine({ id, kind, name, state }: ListedConnection): string {
  const words = [name, state].map((word) => truncate(oneLine(word), longestWord));
  const comment = words.filter(Boolean).join(", ");
  return `      - { id: ${id}, kind: ${kind} }${comment && ` # ${comment}`}`;
}
