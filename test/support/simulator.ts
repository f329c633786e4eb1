import type { Scenario } from "../../src/simulator/scenario.ts";
import { type Served, type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { type FakeClock, fakeClock } from "./clock.ts";

export const projectId = "48cc2c48765f481480c7db940d6409d1";
export const basicId = "378eb1e6-521d-41a4-a41c-bbb58f34a6d6";
export const enhancedId = "4c693ecc-bab8-4113-a838-129cedc9a563";

/** A simulator on a free port whose time stands still until the test moves it. */
export interface SimulatorUnderTest extends Simulator {
  readonly clock: FakeClock;
  /** Every request so far, in order. */
  readonly served: readonly Served[];
  /** Resolves at the next request, just before it is answered. */
  nextServed(): Promise<Served>;
}

/** Starts a simulator; by default it holds one healthy connection of each kind and lets everybody in. */
export async function simulate(
  scenario: Partial<Scenario> = {},
  clock: FakeClock = fakeClock(),
): Promise<SimulatorUnderTest> {
  const served: Served[] = [];
  let next = Promise.withResolvers<Served>();
  const simulator = await startSimulator({
    listen: { host: "127.0.0.1", port: 0 },
    scenario: {
      project_id: projectId,
      connections: [
        { id: basicId, kind: "basic" },
        { id: enhancedId, kind: "enhanced" },
      ],
      ...scenario,
    },
    clock,
    observe(request) {
      served.push(request);
      next.resolve(request);
      next = Promise.withResolvers();
    },
  });
  return { ...simulator, clock, served, nextServed: () => next.promise };
}
