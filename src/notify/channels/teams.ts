import { z } from "zod";
import type { Secret } from "../../core/secret.ts";
import { judgeByCode, type Meaning, readJson, type Said, strange } from "../codes.ts";
import type { HttpNotifier, NotifierReply, Verdict } from "../notifier.ts";
import { webhookUrl } from "../webhook-url.ts";
import { teamsMessage } from "./teams-message.ts";

interface TeamsOptions {
  readonly url: Secret;
}

/** Microsoft Teams, by a workflow "When a Teams webhook request is received": https://learn.microsoft.com/connectors/teams */
export const teams: HttpNotifier<TeamsOptions> = {
  type: "teams",
  options: z.strictObject({
    url: webhookUrl().describe(
      "Address of the workflow that posts to a channel or chat, with its `sig`; whoever has it can post.",
    ),
  }),
  /** What a bot, as which the workflow posts, may send to one conversation: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit */
  pace: [
    { notices: 7, perMs: 1_000 },
    { notices: 60, perMs: 30_000 },
    { notices: 1_800, perMs: 3_600_000 },
  ],
  render: ({ message }, { url }) => ({
    url: url.reveal(),
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(teamsMessage(message)),
  }),
  judge,
};

/** A workflow says 202 or 200 when it has taken a card, and no more; whether Teams shows it nobody tells. */
function judge(reply: NotifierReply, at: number): Verdict | undefined {
  const { status, body } = reply;
  if (/^\s*</.test(body) && status >= 200 && status < 300) return strange("Teams", reply);
  if ((status === 200 || status === 202) && !read(body)) return { verdict: "accepted" };
  return judgeByCode({ name: "Teams", read, meanings }, reply, at);
}

const error = readJson(
  z
    .object({ error: z.object({ code: z.string(), message: z.string().default("") }) })
    .transform(({ error: { code, message } }) => ({ code, text: message })),
);

/** The gateway of the workflow says no in JSON; Teams behind it in a sentence, which comes with a 200. */
function read(body: string): Said | undefined {
  const [text, code] = /returned HTTP error (\d{3})/.exec(body) ?? [];
  return text !== undefined && code !== undefined ? { code, text } : error(body);
}

const off = {
  fault: "destination",
  remedy: "the workflow is switched off: switch it on again",
} as const;
const gone = { fault: "destination", remedy: "no such workflow: compare `url`" } as const;
const refused = {
  fault: "destination",
  remedy: "wrong `sig`: copy `url` from the workflow again",
} as const;

const meanings: readonly Meaning[] = [
  { code: "429", fault: "nobody", remedy: "throttled", waitMs: 60_000 },
  { code: "413", fault: "notice", remedy: "the card is too large" },
  { code: "WorkflowTriggerIsNotEnabled", ...off },
  { code: "WorkflowNotFound", ...gone },
  { code: "WorkflowTriggerNotFound", ...gone },
  { code: "WorkflowTriggerVersionNotFound", ...gone },
  { code: "DirectApiAuthorizationRequired", ...refused },
  { code: "DirectApiInvalidAuthorizationScheme", ...refused },
  { code: "DirectApiRequestHasMoreThanOneAuthorization", ...refused },
  {
    code: "TriggerInputSchemaMismatch",
    fault: "destination",
    remedy: "the workflow expects something else: make one with the trigger for Teams webhooks",
  },
];
