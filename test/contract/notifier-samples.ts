import type { Answer } from "../support/receiver.ts";

/** What the contract suite must know of a notifier beside the notifier itself. */
export interface NotifierSample {
  /** Where it is not the sample's name: a type whose options exclude each other has several samples. */
  readonly type?: string;
  /** Every option, as a configuration file gives it; `origin` is where the receiver listens. */
  options(origin: string): Record<string, unknown>;
  /** Parts of these options that nobody may see. */
  readonly secrets: readonly string[];
  /** The platform wants them in the body, where they are hidden when it is shown. */
  readonly secretsInBody?: boolean;
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
  teams: {
    options: (origin) => ({ url: `${origin}/workflows/WSECRET/triggers/manual/run?sig=SECRETsig` }),
    secrets: ["WSECRET", "SECRETsig"],
    accepted: { status: 202 },
  },
  feishu: {
    options: (origin) => ({
      url: `${origin}/open-apis/bot/v2/hook/SECRET-token`,
      secret: "SECRETfeishu",
      keyword: "dli",
    }),
    secrets: ["SECRET-token", "SECRETfeishu"],
    accepted: {
      body: '{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}',
    },
  },
  lark: {
    options: (origin) => ({
      url: `${origin}/open-apis/bot/v2/hook/SECRET-token`,
      secret: "SECRETlark",
      keyword: "dli",
    }),
    secrets: ["SECRET-token", "SECRETlark"],
    accepted: { body: '{"code":0,"msg":"success","data":{}}' },
  },
  dingtalk: {
    options: (origin) => ({
      url: `${origin}/robot/send?access_token=SECRETtoken`,
      secret: "SECretSECret",
      keyword: "dli",
    }),
    secrets: ["SECRETtoken", "SECretSECret"],
    accepted: { body: '{"errcode":0,"errmsg":"ok"}' },
  },
  wecom: {
    options: (origin) => ({ url: `${origin}/cgi-bin/webhook/send?key=SECRET-key` }),
    secrets: ["SECRET-key"],
    accepted: { body: '{"errcode":0,"errmsg":"ok"}' },
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
  email: {
    options: () => ({
      host: "mail.example.com",
      port: 465,
      tls: "implicit",
      ca: "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n",
      user: "alerts@example.com",
      password: "SECRETpassword",
      from: "alerts@example.com",
      to: ["ops@example.com", "data@example.com"],
    }),
    secrets: ["SECRETpassword"],
    accepted: {},
  },
  alertmanager: {
    options: (origin) => ({
      url: `${origin}/alertmanager/`,
      headers: { Authorization: "Bearer SECRETtoken" },
      labels: { team: "data" },
    }),
    secrets: ["SECRETtoken"],
    accepted: {},
  },
  pagerduty: {
    options: (origin) => ({ routing_key: "SECRETkey0SECRETkey0SECRETkey000", url: origin }),
    secrets: ["SECRETkey0SECRETkey0SECRETkey000"],
    secretsInBody: true,
    accepted: { status: 202, body: '{"status":"success","message":"Event processed"}' },
  },
  smn: {
    options: (origin) => ({
      topic_urn: "urn:smn:cn-north-4:330e068af1334c9782f4226acc00a2e2:dli-alerts",
      project: "prod",
      endpoint: origin,
    }),
    secrets: [],
    accepted: { body: '{"request_id":"9974c07f6d","message_id":"bf94b63a5d"}' },
  },
  console: {
    options: () => ({ stream: "stderr" }),
    secrets: [],
    accepted: {},
  },
};
