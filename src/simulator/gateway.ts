import type { Clock } from "../clock.ts";
import { agencyOf } from "./agency.ts";
import { dliReply, dliRequest, type Moment } from "./dli.ts";
import { keyPairsOf } from "./key-pairs.ts";
import type { Received } from "./received.ts";
import { gatewayError, type Reply } from "./replies.ts";
import type { Scenario } from "./scenario.ts";
import { tokensOf } from "./tokens.ts";

export interface Gateway {
  /** The true answer to a request, faults aside. */
  answer(request: Received, requestId: string, moment: Moment): Reply;
  /** Lets no token and no temporary keys in that were handed out by now. */
  revoke(): void;
}

/** IAM, the metadata service of an ECS, and DLI behind the API gateway, which asks in this order: is there such an API, who are you, is it your project. */
export function gatewayOf(scenario: Scenario, clock: Clock): Gateway {
  const { credentials, tokens, users, agency: ecs, project_id } = scenario;
  const open = !credentials && !tokens && !users && !ecs;
  const iam = tokensOf(scenario, clock);
  const agency = agencyOf(scenario, clock);
  const keyPairs = keyPairsOf(
    (accessKey) =>
      credentials?.find(({ access_key }) => access_key === accessKey) ?? agency.find(accessKey),
    clock,
  );
  const refusal = (request: Received): string | undefined => {
    const { "x-auth-token": token } = request.headers;
    if (open) return undefined;
    return token === undefined ? keyPairs.refusal(request) : iam.refusal(token);
  };

  const answer = (request: Received, requestId: string, moment: Moment): Reply => {
    const { pathname, searchParams } = new URL(`http://simulator${request.url}`);
    if (request.method === "POST" && pathname === "/v3/auth/tokens") return iam.issue(request.body);
    const metadata = agency.answer(request, pathname);
    if (metadata) return metadata;
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

  return {
    answer,
    revoke() {
      iam.revoke();
      agency.revoke();
    },
  };
}
