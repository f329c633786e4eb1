import type { Answer } from "../support/receiver.ts";

/** What the contract suite must know of a notifier beside the notifier itself. */
export interface NotifierSample {
  /** Every option, as a configuration file gives it; `origin` is where the receiver listens. */
  options(origin: string): Record<string, unknown>;
  /** Parts of these options that nobody may see. */
  readonly secrets: readonly string[];
  /** How the platform says that it took a notice. */
  readonly accepted: Answer;
}

/** One for each built-in notifier, by its type. */
export const notifierSamples: Readonly<Record<string, NotifierSample>> = {
  slack: {
    options: (origin) => ({ url: `${origin}/services/T01SECRET/B02SECRET/xyzSECRETxyz` }),
    secrets: ["T01SECRET", "B02SECRET", "xyzSECRETxyz"],
    accepted: { body: "ok" },
  },
  webhook: {
    options: (origin) => ({
      url: `${origin}/hooks/SECRETpath?key=SECRETkey`,
      secret: [
        "whsec_U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVU",
        "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk",
      ],
      headers: { Authorization: "Bearer SECRETtoken" },
    }),
    secrets: ["SECRETpath", "SECRETkey", "SECRETtoken", "U0VDUkVU", "b2xkb2xk"],
    accepted: { status: 202 },
  },
  console: {
    options: () => ({ stream: "stderr" }),
    secrets: [],
    accepted: {},
  },
};
