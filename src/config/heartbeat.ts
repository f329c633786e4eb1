import { z } from "zod";
import { protectedUrl } from "../core/protected-url.ts";
import { secretText } from "../core/secret.ts";
import { duration } from "./values.ts";

/** The dead man's switch. */
export function heartbeat() {
  return z.strictObject({
    url: secretText(protectedUrl()).describe(
      "Asked for by GET while all is well; whoever has it can pretend so.",
    ),
    every: duration().prefault("1m").describe("How often."),
  });
}
