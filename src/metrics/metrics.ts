import { Gauge, Registry } from "prom-client";
import { version } from "../version.ts";
import { createGauges, type Known } from "./gauges.ts";
import { createMeter, type Meter } from "./meter.ts";
import { resourceStates } from "./resource-states.ts";

/** What Prometheus can know of this watcher. */
export interface Metrics {
  readonly meter: Meter;
  /** All metrics of what is configured, in Prometheus' text format 0.0.4. */
  expose(known: Known): Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  new Gauge({
    name: "dli_watch_build_info",
    help: "Always 1; the version is in its label.",
    labelNames: ["version"],
    registers: [registry],
  }).set({ version }, 1);
  const { meter, keep } = createMeter(registry);
  const setGauges = createGauges(registry);
  return {
    meter,
    async expose(known) {
      await keep(known);
      setGauges(known);
      return `${await registry.metrics()}\n${resourceStates(known)}`;
    },
  };
}
