import { z } from "zod";
import type { Clock } from "../clock.ts";
import { iamError, type Reply } from "./replies.ts";
import type { Scenario } from "./scenario.ts";

const tokenLifeMs = 24 * 3_600_000;

const tokenRequest = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.tuple([z.literal("password")]),
      password: z.object({
        user: z.object({
          domain: z.object({ name: z.string() }),
          name: z.string(),
          password: z.string(),
        }),
      }),
    }),
    scope: z.object({ project: z.object({ id: z.string() }) }),
  }),
});

/** IAM: hands out tokens for passwords and knows its own again. */
export interface Tokens {
  /** Answers `POST /v3/auth/tokens`. */
  issue(body: string): Reply;
  /** Why a token is not let in; `undefined` if it is. */
  refusal(token: string): string | undefined;
  /** Lets no token in that it knows by now. */
  revoke(): void;
}

/** `users` absent: every password is right. */
export function tokensOf(
  { tokens = [], users, project_id, life = tokenLifeMs }: Scenario,
  clock: Clock,
): Tokens {
  let issued = 0;
  const expiries = new Map(tokens.map((token) => [token, Number.POSITIVE_INFINITY]));
  return {
    issue(body) {
      const request = parseTokenRequest(body);
      if (!request) return iamError(400, "Bad Request", "The request body is invalid.");
      const { identity, scope } = request.auth;
      const { domain, name, password } = identity.password.user;
      const known = users?.some(
        (user) => user.domain === domain.name && user.name === name && user.password === password,
      );
      if (known === false || scope.project.id !== project_id) {
        return iamError(401, "Unauthorized", "The username or password is wrong.");
      }
      issued += 1;
      const token = `simulated-token-${issued}`;
      const issuedAt = clock.now();
      expiries.set(token, issuedAt + life);
      return {
        status: 201,
        headers: { "x-subject-token": token },
        body: {
          token: {
            methods: ["password"],
            issued_at: microseconds(issuedAt),
            expires_at: microseconds(issuedAt + life),
            project: { id: project_id },
            user: { name, domain },
          },
        },
      };
    },
    refusal(token) {
      const expiry = expiries.get(token);
      if (expiry === undefined) return "decrypt token fail";
      if (clock.now() < expiry) return undefined;
      return `token expires, expires_at: ${microseconds(expiry)}`;
    },
    revoke: () => expiries.clear(),
  };
}

function parseTokenRequest(body: string): z.output<typeof tokenRequest> | undefined {
  try {
    return tokenRequest.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** IAM and the metadata service write six decimals. */
export function microseconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "000Z");
}
