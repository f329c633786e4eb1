import type { Failure } from "../core/model.ts";
import type { HttpLimits, HttpOutcome, HttpReply, HttpRequest } from "../http.ts";
import type { Parts } from "./ask.ts";
import { isRefusal } from "./breaker.ts";
import { createDoor } from "./door.ts";
import { refusalOf } from "./errors.ts";
import { authorise } from "./request.ts";

/** What came of a request, or why there are no credentials for it. */
type Sent =
  | HttpOutcome
  | { readonly unauthorised: Failure; readonly reply?: never; readonly failure?: never };

/** `outdated`: the credentials were good before, and new ones are worth a try. */
type Attempted = Sent & { readonly outdated?: boolean };

/** Sends one request to any service of the cloud with the credentials of a project; never throws. */
export type Signed = (request: HttpRequest, limits: HttpLimits) => Promise<Sent>;

/** Other services have quotas of their own, and are asked rarely. */
const rate = { count: 100, perMs: 1_000 };

/** As careful with the credentials as those who poll: they are renewed where they ended early, and not tried until the cloud locks them. */
export function createSigned({ project, credentials: source, http, ...parts }: Parts): Signed {
  const { clock } = parts;
  const door = createDoor({ ...project, rate }, parts);

  function refusalIn(reply: HttpReply, url: string): Failure | undefined {
    const asked = { host: new URL(url).host, projectId: project.projectId, now: clock.now() };
    const { observation } = refusalOf(reply, asked);
    if (reply.status < 400 || observation.outcome === "absent") return undefined;
    return isRefusal(observation.failure) ? observation.failure : undefined;
  }

  async function attempt(request: HttpRequest, limits: HttpLimits): Promise<Attempted> {
    const turn = await door.enter(limits.signal);
    if (turn.failure) return { unauthorised: turn.failure };
    try {
      const { credentials, failure, reply } = await source.get(limits.signal);
      if (failure) return { unauthorised: door.heed(failure, reply) };
      const own = { ...request, headers: { "X-Project-Id": project.projectId } };
      const headers = { ...request.headers, ...authorise(own, credentials)(clock.now()) };
      const outcome = await http.exchange({ ...request, headers }, limits);
      if (!outcome.reply) return outcome;
      const safe = { ...outcome.reply, body: source.scrub(outcome.reply.body) };
      const refusal = refusalIn(safe, request.url);
      if (!refusal) source.accepted(credentials);
      else if (source.refused(credentials)) return { reply: safe, outdated: true };
      door.learn(refusal ? { failure: refusal } : { content: safe }, safe);
      return { reply: safe };
    } finally {
      turn.leave();
    }
  }

  return async (request, limits) => {
    const first = await attempt(request, limits);
    return first.outdated ? attempt(request, limits) : first;
  };
}
