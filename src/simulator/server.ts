import type { Clock } from "../clock.ts";
import { deliver } from "./deliver.ts";
import { faultsOf, replyUnder } from "./faults.ts";
import { gatewayOf } from "./gateway.ts";
import { type Address, type Listening, listen } from "./listen.ts";
import { type Received, receive } from "./received.ts";
import type { Change, Fault, Scenario } from "./scenario.ts";

interface SimulatorOptions {
  readonly listen: Address;
  readonly scenario: Scenario;
  /** Its monotonic time moves the scenario, its wall clock is the cloud's. */
  readonly clock: Clock;
  /** Told of each request just before it is answered. */
  readonly observe?: (served: Served) => void;
}

/** A request and how it is answered. */
export interface Served extends Received {
  /** Of the reply; a fault may keep it from arriving. */
  readonly status: number;
  readonly fault?: Fault | undefined;
}

/** A running DLI + IAM API, and the metadata service of an ECS, all at the same address. */
export interface Simulator extends Listening {
  /** Changes a connection of the scenario from now on; throws where the scenario has no such id. */
  set(connectionId: string, change: Change): void;
  /** Lets something go wrong from now on; gives back its end. */
  fault(fault: Fault): () => void;
  /** Ends all tokens and temporary keys that were handed out by now. */
  revoke(): void;
}

/** Starts the simulator; the scenario's time begins now. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { scenario, clock, observe } = options;
  const startedAt = clock.now();
  const begin = clock.monotonic();
  const elapsed = () => Math.round(clock.monotonic() - begin);
  const connections = new Map(scenario.connections.map((one) => [one.id, one]));
  const faults = faultsOf(scenario.faults ?? []);
  const gateway = gatewayOf(scenario, clock);
  let served = 0;

  const server = await listen(async (request, response) => {
    const received = await receive(request);
    if (!received) return;
    served += 1;
    const requestId = served.toString(16).padStart(32, "0");
    const moment = { connections: connections.values(), elapsedMs: elapsed(), startedAt };
    const fault = faults.meet(received.url, moment.elapsedMs);
    const reply = replyUnder(fault, () => gateway.answer(received, requestId, moment));
    observe?.({ ...received, status: reply.status, fault });
    response.setHeader("date", new Date(clock.now()).toUTCString());
    response.setHeader("x-request-id", requestId);
    await deliver(response, reply, { fault, clock });
  }, options.listen);

  return {
    ...server,
    set(connectionId, change) {
      const connection = connections.get(connectionId);
      if (!connection) throw new Error(`the scenario has no connection ${connectionId}`);
      const timeline = [...(connection.timeline ?? []), { ...change, atMs: elapsed() }];
      connections.set(connectionId, { ...connection, timeline });
    },
    fault: (fault) => faults.add({ atMs: elapsed(), ...fault }),
    revoke: gateway.revoke,
  };
}
