import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { Failure, FailureCause } from "../../core/model.ts";
import { type Scrub, Secret } from "../../core/secret.ts";
import type { Http, HttpReply, HttpRequest } from "../../http.ts";
import { parseError, requestIdOf } from "../api-error.ts";
import { openReply } from "../envelope.ts";
import { unanswered, unreadable } from "../errors.ts";
import type { Fetched } from "./credentials.ts";
import { end, lifeOf } from "./life.ts";

/** A user of IAM, and the project whose token it is to get. */
export interface IamUser {
  readonly iamEndpoint: string;
  readonly username: string;
  readonly password: Secret;
  /** Name of the account that the user belongs to. */
  readonly domain: string;
  readonly projectId: string;
}

interface Parts {
  readonly http: Pick<Http, "exchange">;
  readonly clock: Pick<Clock, "now">;
  /** IAM may answer with what it was sent. */
  readonly scrub: Scrub;
}

const limits = { deadlineMs: 10_000, maxBytes: 1 << 20, oversize: "fail" } as const;

const created = z.object({ token: z.object({ expires_at: end }) });

/** Fetches a token by the user's password (Keystone v3, `POST /v3/auth/tokens`). */
export async function obtainToken(user: IamUser, { http, clock, scrub }: Parts): Promise<Fetched> {
  const { reply, failure } = await http.exchange(tokenRequest(user), limits);
  if (failure) {
    const unheard = unanswered(failure);
    return { failure: { ...unheard, message: `no token from IAM: ${unheard.message}` } };
  }
  if (reply.status !== 201)
    return { failure: refusal({ ...reply, body: scrub(reply.body) }, user), reply };
  const { content, problem } = openReply(created, reply.body);
  const token = reply.headers["x-subject-token"];
  if (problem !== undefined || !token) {
    const { host } = new URL(user.iamEndpoint);
    const said = problem ?? "it has no header X-Subject-Token";
    return { failure: unreadable(reply, { host, about: "a token", problem: said }) };
  }
  const lifeMs = lifeOf(content.token.expires_at, reply, clock);
  return { credentials: { type: "token", token: new Secret(token) }, lifeMs };
}

function tokenRequest({
  iamEndpoint,
  username,
  password,
  domain,
  projectId,
}: IamUser): HttpRequest {
  const user = { domain: { name: domain }, name: username, password: password.reveal() };
  const identity = { methods: ["password"], password: { user } };
  return {
    method: "POST",
    url: `${iamEndpoint}/v3/auth/tokens?nocatalog=true`,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ auth: { identity, scope: { project: { id: projectId } } } }),
  };
}

/** Whatever IAM has against a user or project counts as a refusal: an account that tries on is locked. */
function refusal(reply: HttpReply, user: IamUser): Failure {
  const { code, text, requestId } = parseError(reply.body);
  const said = [new URL(user.iamEndpoint).host, "answered", reply.status, code].filter(Boolean);
  const cause = causeOf(reply.status, code);
  return {
    cause,
    message: `${said.join(" ")}: ${text} – ${wayOut(cause, user)}`,
    ...requestIdOf(reply.headers, requestId),
  };
}

function causeOf(status: number, code: string): FailureCause {
  if (status === 429) return "throttled";
  if (status < 400 || /^APIGW?\.0101$/.test(code)) return "address";
  return status < 500 ? "credentials" : "server";
}

function wayOut(cause: FailureCause, { username, domain, projectId }: IamUser): string {
  switch (cause) {
    case "credentials":
      return `check username (${username}), password and domain (${domain}) in auth, and that the user may use project ${projectId} by API`;
    case "address":
      return "check region and iam_endpoint";
    default:
      return "nothing to do here unless it lasts";
  }
}
