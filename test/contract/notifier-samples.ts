import type { Answer } from "../support/receiver.ts";

/** What the contract suite must know of a notifier beside the notifier itself. */
export interface NotifierSample {
  /** Where it is not the sample's name: a type whose options exclude each other has several samples. */
  readonly type?: string;
  /** Every option, as a configuration file gives it; `origin` is where the receiver listens. */
  options(origin: string): Record<string, unknown>;
  /** Parts of these options that nobody may see. */
  readonly secrets: readonly string[];
  /** How the platform says that it took a notice. */
  readonly accepted: Answer;
}

/** One at least for each built-in notifier, by its type or a name of their own. */
export const notifierSamples: Readonly<Record<string, NotifierSample>> = {
  slack: {
    options: (origin) => ({ url: `${origin}/services/T01SECRET/B02SECRET/xyzSECRETxyz` }),
    secrets: ["T01SECRET", "B02SECRET", "xyzSECRETxyz"],
    accepted: { body: "ok" },
  },
  "slack-app": {
    type: "slack",
    options: (origin) => ({
      token: "xoxb-SECRETtoken",
      channel: "C0123456789",
      api: `${origin}/api`,
    }),
    secrets: ["SECRETtoken"],
    accepted: {
      body: JSON.stringify({ ok: true, channel: "C0123456789", ts: "1795485005.120019" }),
    },
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
