import { isUnseen } from "../core/diff.ts";
import type { ConfiguredConnection } from "../core/draft.ts";
import { bindingsOf, type Snapshot } from "../core/model.ts";
import { eventConnection } from "../core/notice.ts";
import type { Known } from "./gauges.ts";
import { stateLabel, stateLabels } from "./state-label.ts";

const metric = "dli_watch_resource_state";
const head = `# HELP ${metric} 1 for the state a connection, queue or pool was last seen in, 0 for the others.
# TYPE ${metric} gauge
`;

/**
 * Every resource with every state, in Prometheus' text format 0.0.4. It alone has thousands of series; prom-client would
 * hold up the polls five times as long for them.
 */
export function resourceStates({ projects, ledger }: Pick<Known, "projects" | "ledger">): string {
  const lines = projects.flatMap(({ name, connections }) =>
    connections.flatMap((configured) => {
      const snapshot = ledger.connection(name, configured.id).memory?.snapshot;
      const labels = `project=${quoted(name)},connection=${quoted(configured.id)}`;
      return snapshot ? linesOf(labels, resourcesOf(configured, snapshot)) : [];
    }),
  );
  return head + lines.join("");
}

interface Resource {
  readonly resource: string;
  readonly name: string;
  readonly state: string;
}

/** The connection itself, once its state is known, and its bindings. */
function resourcesOf(configured: ConfiguredConnection, snapshot: Snapshot): readonly Resource[] {
  const { state } = snapshot;
  const { name } = eventConnection(configured, snapshot);
  const bindings = bindingsOf(snapshot).map((row) => ({ ...row, resource: row.type }));
  return isUnseen(snapshot) ? bindings : [{ resource: "connection", name, state }, ...bindings];
}

/** Bindings of one name through different peerings are one series: 1 for the state of each. */
function linesOf(connection: string, resources: readonly Resource[]): readonly string[] {
  const named = Map.groupBy(
    resources,
    ({ resource, name }) => `${connection},resource="${resource}",name=${quoted(name)}`,
  );
  return [...named].flatMap(([labels, same]) => {
    const present = same.map(({ state }) => stateLabel(state));
    return stateLabels.map(
      (state) => `${metric}{${labels},state="${state}"} ${present.includes(state) ? 1 : 0}\n`,
    );
  });
}

function quoted(value: string): string {
  return `"${value.replaceAll(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
