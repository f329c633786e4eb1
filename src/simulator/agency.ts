import type { Clock } from "../clock.ts";
import type { KeyPair } from "./key-pairs.ts";
import type { Received } from "./received.ts";
import type { Reply } from "./replies.ts";
import type { Scenario } from "./scenario.ts";
import { microseconds } from "./tokens.ts";

const keyLifeMs = 3_600_000;
const serviceToken = "simulated-metadata-token";

/** The metadata service of an ECS, which hands out temporary keys of its agency and knows its own again. */
export interface Agency {
  /** Answers a request to the metadata service; `undefined` where it has no such path. */
  answer(request: Received, pathname: string): Reply | undefined;
  find(accessKey: string): KeyPair | undefined;
  /** Lets no keys in that it has handed out by now. */
  revoke(): void;
}

export function agencyOf({ agency, life = keyLifeMs }: Scenario, clock: Clock): Agency {
  const keys = new Map<string, KeyPair & { readonly endsAt: number }>();
  let issued = 0;

  const issue = (): Reply => {
    issued += 1;
    const endsAt = clock.now() + life;
    const pair = {
      access_key: `SIMULATEDKEY${issued}`,
      secret_key: `simulated-secret-key-${issued}`,
      security_token: `simulated-security-token-${issued}`,
    };
    keys.set(pair.access_key, { ...pair, endsAt });
    const { access_key, secret_key, security_token } = pair;
    const credential = {
      access: access_key,
      secret: secret_key,
      securitytoken: security_token,
      expires_at: microseconds(endsAt),
    };
    return { status: 200, body: { credential } };
  };

  return {
    answer({ method, headers }, pathname) {
      if (!agency) return undefined;
      const asked = `${method} ${pathname}`;
      if (asked === "PUT /meta-data/latest/api/token") {
        return agency.tokens ? { status: 200, body: serviceToken } : { status: 405, body: "" };
      }
      if (asked !== "GET /openstack/latest/securitykey") return undefined;
      const isLetIn = !agency.tokens || headers["x-metadata-token"] === serviceToken;
      return isLetIn ? issue() : { status: 401, body: "" };
    },
    find(accessKey) {
      const pair = keys.get(accessKey);
      return pair && clock.now() < pair.endsAt ? pair : undefined;
    },
    revoke: () => keys.clear(),
  };
}
