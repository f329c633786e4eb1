import { createHmac } from "node:crypto";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { serveHttp } from "./loopback.ts";

/** What its owner has set up for a robot. */
interface RobotOptions {
  /** The platform's clock. */
  readonly clock: Pick<Clock, "now">;
  readonly secret?: string;
  readonly keyword?: string;
}

/** A chat platform's robot on 127.0.0.1, which takes messages, throttles and says no as the platform does. */
export interface Robot {
  /** Where it listens, with what is secret in it. */
  readonly url: string;
  /** The messages that its group has seen, as they were sent. */
  readonly shown: readonly string[];
  /** Others have sent so many just now. */
  crowd(messages: number): void;
}

export type PlatformName = keyof typeof platforms;

/** Starts the robot of a platform; it is stopped when the test ends. */
export async function startRobot(name: PlatformName, options: RobotOptions): Promise<Robot> {
  const { path, answer } = platforms[name];
  const { clock } = options;
  const shown: string[] = [];
  const times: number[] = [];
  const memory = { mutedUntil: 0 };
  const server = await serveHttp(async (request, response) => {
    const body = await text(request);
    const now = clock.now();
    times.push(now);
    const within = (ms: number) => times.filter((time) => time > now - ms).length;
    const url = new URL(request.url ?? "", "http://robot");
    const known = `${url.pathname}${url.search}`.startsWith(path);
    const reply = answer({ ...options, body, url, known, now, within, memory });
    if (reply.shown) shown.push(body);
    const headers = { "content-type": "application/json", date: new Date(now).toUTCString() };
    response.writeHead(reply.status ?? 200, headers).end(reply.body);
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return {
    url: `${server.url}${path}`,
    shown,
    crowd: (messages) => times.push(...Array<number>(messages).fill(clock.now())),
  };
}

/** A message as it has come. */
interface Asked extends RobotOptions {
  readonly body: string;
  readonly url: URL;
  /** The path or the token in it is the robot's. */
  readonly known: boolean;
  readonly now: number;
  /** How many messages have come in the last so many milliseconds, this one too. */
  within(ms: number): number;
  readonly memory: { mutedUntil: number };
}

interface Reply {
  readonly status?: number;
  readonly body: string;
  readonly shown?: boolean;
}

const platforms = {
  feishu: { path: "/open-apis/bot/v2/hook/SECRET-token", answer: feishu },
  dingtalk: { path: "/robot/send?access_token=SECRETtoken", answer: dingtalk },
  wecom: { path: "/cgi-bin/webhook/send?key=SECRET-key", answer: wecom },
  teams: { path: "/workflows/w/triggers/manual/paths/invoke?sig=SECRETsig", answer: teams },
} as const;

const hour = 3_600_000;

function feishu({ body, known, secret, keyword, now, within }: Asked): Reply {
  const no = (code: number, msg: string, status = 200) => ({
    status,
    body: JSON.stringify({ code, msg, data: {} }),
  });
  if (!known) return no(19001, "param invalid: incoming webhook access token invalid");
  if (within(60_000) > 100 || within(1_000) > 5) return no(11232, "frequency limited", 400);
  if (Buffer.byteLength(body) > 20 * 1_024) return no(9499, "Bad Request", 400);
  const { timestamp, sign, msg_type, card } = JSON.parse(body);
  const expected = createHmac("sha256", `${timestamp}\n${secret}`).digest("base64");
  if (secret && (sign !== expected || Math.abs(now - Number(timestamp) * 1_000) > hour))
    return no(19021, "sign match fail or timestamp is not within one hour from current time");
  if (msg_type !== "interactive") return no(19002, "param invalid: msg_type");
  if (keyword && !JSON.stringify(card).includes(keyword)) return no(19024, "Key Words Not Found");
  return { ...no(0, "success"), shown: true };
}

function dingtalk({ body, url, known, secret, keyword, now, within, memory }: Asked): Reply {
  const no = (errcode: number, errmsg: string) => ({ body: JSON.stringify({ errcode, errmsg }) });
  if (!known) return no(300005, "token is not exist");
  if (now >= memory.mutedUntil && within(60_000) > 20) memory.mutedUntil = now + 600_000;
  if (now < memory.mutedUntil) return no(130101, "send too fast, exceed 20 times per minute");
  const timestamp = url.searchParams.get("timestamp");
  const expected = createHmac("sha256", secret ?? "").update(`${timestamp}\n${secret}`);
  if (secret && Math.abs(now - Number(timestamp)) > hour) return no(310000, "invalid timestamp");
  if (secret && url.searchParams.get("sign") !== expected.digest("base64"))
    return no(310000, "sign not match");
  const { markdown } = JSON.parse(body);
  if (keyword && !markdown.text.includes(keyword)) return no(310000, "keywords not in content");
  if (Buffer.byteLength(body) > 20_000) return no(460101, "message too long, exceed 20000 bytes");
  return { ...no(0, "ok"), shown: true };
}

function wecom({ body, known, within }: Asked): Reply {
  const no = (errcode: number, errmsg: string) => ({ body: JSON.stringify({ errcode, errmsg }) });
  if (!known) return no(93000, "invalid webhook url");
  if (within(60_000) > 20) return no(45009, "api freq out of limit");
  const { content } = JSON.parse(body).markdown;
  if (Buffer.byteLength(content) > 4_096)
    return no(40058, "markdown.content exceed max length 4096");
  return { ...no(0, "ok"), shown: true };
}

/** What is too large is taken all the same, and never seen. */
function teams({ body, known, within }: Asked): Reply {
  const message = "The request does not have a valid authorization.";
  const error = { code: "DirectApiAuthorizationRequired", message };
  if (!known) return { status: 401, body: JSON.stringify({ error }) };
  if (within(1_000) > 7) return { status: 429, body: "" };
  return { status: 202, body: "", shown: Buffer.byteLength(body) <= 20 * 1_024 };
}
