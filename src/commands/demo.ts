import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import type { Event } from "../core/event.ts";
import { type ExitStatus, exitStatus } from "../errors.ts";
import { startReceiver } from "../simulator/receiver.ts";
import { startSimulator } from "../simulator/server.ts";
import { readConfig } from "./config.ts";
import { startOwnDaemon } from "./run.ts";
import { shipped } from "./shipped.ts";
import { stopSignals } from "./signals.ts";
import { readScenario } from "./simulate.ts";

const anyPort = { host: "127.0.0.1", port: 0 };

/** Shows a simulated queue fail and recover, as a newcomer's first half minute; ends by itself with `once`, else with Ctrl-C. */
export async function demo({ once }: { readonly once: boolean }): Promise<ExitStatus> {
  const asked = stopSignals();
  const recovered = Promise.withResolvers<void>();
  await using running = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "dli-watch-demo-"));
  running.defer(() => rmSync(directory, { recursive: true }));
  const simulator = running.use(
    await startSimulator({
      listen: anyPort,
      scenario: readScenario(shipped("demo-scenario.yaml")),
      clock: systemClock,
    }),
  );
  const receiver = running.use(
    await startReceiver({
      listen: anyPort,
      accept({ body }) {
        const event: Event = JSON.parse(body);
        say(`… the webhook receiver got ${event.type}: ${event.data.title}`);
        if (event.type === "dli-watch.recovery") recovered.resolve();
      },
    }),
  );
  const loaded = await readConfig(shipped("demo.yaml"), {
    DLI_WATCH_DEMO_API: simulator.url,
    DLI_WATCH_DEMO_RECEIVER: receiver.url,
    DLI_WATCH_DEMO_STORE: join(directory, "demo.db"),
    DLI_WATCH_DEMO_LISTEN: "127.0.0.1:0",
  });
  const { daemon } = await startOwnDaemon(loaded);
  running.use(daemon);
  say(introduction({ cloud: simulator.url, receiver: receiver.url, api: daemon.url }));
  await Promise.race([asked.first, once ? recovered.promise : new Promise(() => {})]);
  await Promise.race([running.disposeAsync(), asked.second]);
  say("That was the demo. README.md tells how to watch connections of your own.");
  return exitStatus.ok;
}

function introduction({
  cloud,
  receiver,
  api,
}: Readonly<Record<"cloud" | "receiver" | "api", string>>): string {
  return `dli-watch polls a simulated DLI at ${cloud} every second.
Within half a minute a connection is created, a queue is bound to it and fails, and recovers.
Alerts appear here and go to a webhook receiver at ${receiver}.
What it shows:  ${api}/ in a browser
What it knows:  curl ${api}/api/v1/connections
What it told:   curl ${api}/api/v1/transitions
Ctrl-C ends it.
`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
