import { z } from "zod";
import type { KeyPair } from "../core/access.ts";
import { type Secret, secretText } from "../core/secret.ts";
import { keyVariables } from "./cloud-variables.ts";
import { endpoint, mustBe, text } from "./values.ts";

const forms =
  "access_key and secret_key (with security_token if they are temporary), or token, or username, password and domain, or metadata: true";

/** How a project's requests are authorised, in one of several forms; absent, by the `keys` of the environment. */
export function auth(keys: KeyPair | undefined) {
  return written()
    .optional()
    .transform((form, context) => {
      const auth = form ?? keys;
      if (auth) return auth;
      context.addIssue(`needs ${forms}; or the environment needs ${keyVariables}`);
      return z.NEVER;
    });
}

function written() {
  return z
    .strictObject(
      {
        access_key: secretText().exactOptional().describe("Access key (AK). Default: none."),
        secret_key: secretText().exactOptional().describe("Secret key (SK). Default: none."),
        security_token: secretText()
          .exactOptional()
          .describe("Security token, which temporary keys have beside them. Default: none."),
        token: secretText()
          .exactOptional()
          .describe("Ready-made IAM token, which nobody renews. Default: none."),
        username: text()
          .exactOptional()
          .describe("Name of an IAM user, for whom tokens are fetched and renewed. Default: none."),
        password: secretText().exactOptional().describe("Password of the user. Default: none."),
        domain: text()
          .exactOptional()
          .describe("Name of the account that the user belongs to. Default: none."),
        iam_endpoint: endpoint()
          .exactOptional()
          .describe("Base URL of IAM, for users; needed without `region`. Default: the region's."),
        metadata: z
          .literal(true, mustBe("true"))
          .exactOptional()
          .describe(
            "true: temporary keys of the agency of the ECS on which this runs. Default: none.",
          ),
      },
      mustBe(`a map with ${forms}`),
    )
    .meta({
      oneOf: [
        { required: ["access_key", "secret_key"] },
        { required: ["token"] },
        { required: ["username", "password", "domain"] },
        { required: ["metadata"] },
      ],
    })
    .transform((auth, context) => {
      const form = formOf(auth);
      if (form) return form;
      context.addIssue(`needs ${forms}`);
      return z.NEVER;
    });
}

/** The options of all forms together. */
interface Written {
  readonly access_key?: Secret;
  readonly secret_key?: Secret;
  readonly security_token?: Secret;
  readonly token?: Secret;
  readonly username?: string;
  readonly password?: Secret;
  readonly domain?: string;
  readonly iam_endpoint?: string;
  readonly metadata?: true;
}

/** The one form that is complete, if there is nothing of the others. */
function formOf(written: Written) {
  const { access_key, secret_key, security_token } = written;
  const { username, password, domain, iam_endpoint, token, metadata } = written;
  const anyKey = access_key ?? secret_key ?? security_token;
  const anyOfUser = username ?? password ?? domain ?? iam_endpoint;
  const mixed = [anyKey, anyOfUser, token, metadata].filter((part) => part !== undefined);
  if (mixed.length > 1) return undefined;
  if (token) return { type: "token", token } as const;
  if (metadata) return { type: "metadata" } as const;
  if (access_key && secret_key) {
    const keys = { type: "keys", accessKey: access_key, secretKey: secret_key } as const;
    return { ...keys, ...(security_token && { securityToken: security_token }) };
  }
  if (!username || !password || !domain) return undefined;
  const user = { type: "password", username, password, domain } as const;
  return { ...user, ...(iam_endpoint !== undefined && { iam_endpoint }) };
}
