import type { Clock } from "../clock.ts";
import { dliReply, dliRequest, type Moment } from "./dli.ts";
import { keyPairsOf } from "./key-pairs.ts";
import type { Received } from "./received.ts";
import { gatewayError, type Reply } from "./replies.ts";
import type { Scenario } from "./scenario.ts";
import { tokensOf } from "./tokens.ts";

/** The true answer to a request, faults aside. */
export type Gateway = (request: Received, requestId: string, moment: Moment) => Reply;

/** IAM, and DLI behind the API gateway, which asks in this order: is there such an API, who are you, is it your project. */
export function gatewayOf(scenario: Scenario, clock: Clock): Gateway {
  const { credentials, tokens, users, project_id } = scenario;
  const open = !credentials && !tokens && !users;
  const iam = tokensOf(scenario, clock);
  const keyPairs = keyPairsOf(scenario, clock);
  const refusal = (request: Received): string | undefined => {
    const { "x-auth-token": token } = request.headers;
    if (open) return undefined;
    return token === undefined ? keyPairs.refusal(request) : iam.refusal(token);
  };

  return (request, requestId, moment) => {
    const { pathname, searchParams } = new URL(`http://simulator${request.url}`);
    if (request.method === "POST" && pathname === "/v3/auth/tokens") return iam.issue(request.body);
    const asked = request.method === "GET" ? dliRequest(pathname) : undefined;
    if (!asked) {
      const message = "The API does not exist or has not been published in the environment";
      return gatewayError(404, { code: "APIGW.0101", message, requestId });
    }
    const refused = refusal(request);
    if (refused !== undefined) {
      const message = `Incorrect IAM authentication information: ${refused}`;
      return gatewayError(401, { code: "APIGW.0301", message, requestId });
    }
    if (asked.projectId !== project_id) {
      const message = `The project ${asked.projectId} does not match the credentials`;
      return gatewayError(403, { code: "APIGW.0310", message, requestId });
    }
    return dliReply(asked, searchParams, moment);
  };
}
