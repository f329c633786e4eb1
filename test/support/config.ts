import { z } from "zod";
import type { Origin } from "../../src/config/load.ts";
import { parseConfig } from "../../src/config/load.ts";
import { formatProblem } from "../../src/config/problems.ts";
import { secretText } from "../../src/core/secret.ts";

/** Two kinds of notifier, as far as a configuration knows them. */
const notifierOptions = new Map<string, z.ZodObject>([
  ["slack", z.strictObject({ url: secretText().describe("Address of the webhook.") })],
  [
    "webhook",
    z.strictObject({
      url: z.url().describe("Address of the receiver."),
      secret: secretText().optional().describe("Signs the requests."),
      retries: z.int().default(3).describe("How often."),
    }),
  ],
]);

/** A configuration file `etc/watch.yaml` in a world of these variables and files (by absolute path). */
export function originOf(
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Origin {
  return {
    file: "/etc/watch.yaml",
    env,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
      return text;
    },
    notifierOptions,
  };
}

/** The smallest valid file, as data. */
export function smallest() {
  return {
    projects: [
      {
        name: "prod",
        region: "cn-north-4",
        project_id: "48cc2c48765f481480c7db940d6409d1",
        auth: { token: "a-token-of-iam" },
        connections: ["378eb1e6-521d-41a4-a41c-bbb58f34a6d6"],
      },
    ],
    notifiers: { oncall: { type: "slack", url: "https://hooks.slack.com/services/T0/B0/x" } },
  };
}

/** What is wrong with a text, in the lines the operator sees, without the file's name. */
export function problemsOf(text: string, origin: Origin = originOf()): string[] {
  const problems = parseConfig(text, origin).problems ?? [];
  return problems.map((problem) => formatProblem(problem).slice(`${origin.file}:`.length));
}
