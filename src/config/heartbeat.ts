import { z } from "zod";
import { secretAddress } from "../core/secret-address.ts";
import { duration } from "./values.ts";

/** The dead man's switch. */
export function heartbeat() {
  return z.strictObject({
    url: secretAddress().describe(
      "Asked for by GET while all is well; whoever has it can pretend so.",
    ),
    every: duration().prefault("1m").describe("How often."),
  });
}
