import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { Failure } from "../../core/model.ts";
import { Secret } from "../../core/secret.ts";
import type { Http, HttpReply } from "../../http.ts";
import { openReply } from "../envelope.ts";
import { unanswered, unreadable } from "../errors.ts";
import type { Fetched } from "./credentials.ts";
import { end, lifeOf } from "./life.ts";

/** The metadata service of every ECS. It is link-local: no other machine answers there, so it may be plain HTTP. */
export const metadataService = "http://169.254.169.254";

interface Parts {
  /** Base URL of the metadata service. */
  readonly url: string;
  readonly http: Pick<Http, "exchange">;
  readonly clock: Pick<Clock, "now">;
}

const limits = { deadlineMs: 3_000, maxBytes: 64 << 10, oversize: "fail" } as const;

const secret = z
  .string()
  .min(1)
  .transform((text) => new Secret(text));

const securityKey = z.object({
  credential: z.object({ access: secret, secret, securitytoken: secret, expires_at: end }),
});

/** Fetches the temporary keys of the agency that the ECS has, with a token of the metadata service where it has them. */
export async function obtainKeys(parts: Parts): Promise<Fetched> {
  const { url, http, clock } = parts;
  const { headers, failure: refused } = await authorise(parts);
  if (refused) return { failure: refused };
  const { reply, failure } = await http.exchange(
    { method: "GET", url: `${url}/openstack/latest/securitykey`, headers },
    limits,
  );
  if (failure) return { failure: outOfReach(unanswered(failure)) };
  if (reply.status !== 200) return { failure: refusal(reply, url) };
  const { content, problem } = openReply(securityKey, reply.body);
  if (problem !== undefined) {
    const { host } = new URL(url);
    return { failure: unreadable(reply, { host, about: "the keys of the agency", problem }) };
  }
  const { access, secret, securitytoken, expires_at } = content.credential;
  const keys = { accessKey: access, secretKey: secret, securityToken: securitytoken };
  const lifeMs = lifeOf(expires_at, reply, clock);
  return { credentials: { type: "keys", ...keys }, lifeMs };
}

type Authorised =
  | { readonly headers: Readonly<Record<string, string>>; readonly failure?: never }
  | { readonly failure: Failure; readonly headers?: never };

/** These answers mean that the service knows no tokens, or has them switched off. */
const withoutTokens: readonly number[] = [404, 405, 503];

async function authorise({ url, http }: Parts): Promise<Authorised> {
  const headers = { "X-Metadata-Token-Ttl-Seconds": "21600" };
  const { reply, failure } = await http.exchange(
    { method: "PUT", url: `${url}/meta-data/latest/api/token`, headers },
    limits,
  );
  if (failure) return { failure: outOfReach(unanswered(failure)) };
  if (withoutTokens.includes(reply.status)) return { headers: {} };
  if (reply.status !== 200) return { failure: refusal(reply, url) };
  return { headers: { "X-Metadata-Token": reply.body.trim() } };
}

function outOfReach({ cause, message }: Failure): Failure {
  return {
    cause,
    message: `no keys from the ECS metadata service: ${message} – "metadata: true" serves on an ECS of Huawei Cloud alone, and a container needs the way there`,
  };
}

function refusal({ status }: HttpReply, url: string): Failure {
  return {
    cause: status < 500 ? "credentials" : "server",
    message: `the ECS metadata service (${new URL(url).host}) answered ${status} – give this ECS an agency that may read datasource connections of DLI`,
  };
}
