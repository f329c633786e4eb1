import { expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { dliBench } from "../support/dli-client.ts";
import { basicId, enhancedId, projectId, simulate } from "../support/simulator.ts";
import { vendorAuthorization } from "../support/vendor-signature.ts";

const pair = { accessKey: "TESTACCESSKEY", secretKey: "test-secret-key" };
const keys = { accessKey: new Secret(pair.accessKey), secretKey: new Secret(pair.secretKey) };
const admitted = { access_key: pair.accessKey, secret_key: pair.secretKey };
/** Two pages of them. */
const connections = [
  basicId,
  enhancedId,
  ...Array.from({ length: 150 }, (_, index) => `e${index}`),
].map((id) => ({ id, kind: id === basicId ? "basic" : "enhanced" }) as const);

test.each([
  { what: "lasting", auth: keys, credentials: [admitted], token: undefined },
  {
    what: "temporary",
    auth: { ...keys, securityToken: new Secret("test-token") },
    credentials: [{ ...admitted, security_token: "test-token" }],
    token: "test-token",
  },
])(
  "with $what keys every request is signed as the vendor signs it",
  async ({ auth, credentials, token }) => {
    await using bench = dliBench();
    await using cloud = await simulate({ connections, credentials }, bench.clock);
    const client = bench.client(cloud.url, { auth: { type: "keys", ...auth } });
    await bench.settled(client.poll({ id: enhancedId, kind: "enhanced" }));
    await bench.settled(client.poll({ id: basicId, kind: "basic" }));
    await bench.settled(client.list("enhanced"));
    await bench.settled(client.list("basic"));

    expect(cloud.served.map(({ url, status }) => [url, status])).toEqual(
      [
        `datasource/enhanced-connections/${enhancedId}`,
        `datasource-connection/${basicId}`,
        "datasource/enhanced-connections?limit=100&offset=0",
        "datasource/enhanced-connections?limit=100&offset=100",
        "datasource-connection",
      ].map((resource) => [`/v2.0/${projectId}/${resource}`, 200]),
    );
    for (const served of cloud.served) {
      const { authorization, ...headers } = served.headers;
      expect(authorization).toContain(" SignedHeaders=host;x-project-id;x-sdk-date, ");
      expect(authorization).toBe(vendorAuthorization(served, pair));
      expect(headers["x-security-token"]).toBe(token);
    }
  },
);
