import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { type Cloud, projectOf, startCloud, startRecording } from "../support/installation.ts";
import { basicId, enhancedId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";
import { startWatching } from "../support/watching.ts";

/** Every secret begins with this word, so that a piece of one is found, too; the second is how base64 begins then. */
const traces = /canary|Y2FuYXJ5/i;

const secrets = {
  accessKey: "CANARYACCESSKEY",
  secretKey: 'canary-sk "quoted" \\ of/the+keys%',
  securityToken: "canary/security+token==",
  token: "canary-token-of-iam",
  password: 'canary "password" \\ of/the+user%',
  fetchedToken: "canary/fetched+token==",
  slackPath: "/services/T000/B000/canary-of-slack",
  hookPath: "/canary-path/hook",
  hookQuery: "canary-query",
  signing: `whsec_${Buffer.from("canary-signing-secret-of-32-bytes").toString("base64")}`,
  header: "Bearer canary-header",
  server: "canary-server-token",
};

/** How a secret may come back. */
const forms: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  encodeURIComponent,
  (secret) => Buffer.from(secret).toString("base64"),
  (secret) => JSON.stringify(secret),
  (secret) => JSON.stringify(secret).replaceAll("/", "\\/"),
];
const echoOf = (...sent: readonly string[]) => forms.flatMap((form) => sent.map(form)).join(" | ");
const { accessKey, secretKey, securityToken, token } = secrets;
const keyEcho = echoOf(accessKey, secretKey, securityToken);
const tokenEcho = echoOf(token);
const userEcho = echoOf(secrets.password, secrets.fetchedToken);
const hookEcho = echoOf(secrets.hookPath, secrets.hookQuery, secrets.header);
const slackEcho = `no webhook canary-of-slack at ${echoOf(secrets.slackPath)}`;
/** Errors of the API are cut after three hundred characters. */
const cutInSecret = "x".repeat(300 - 20) + token;

async function startInstallation() {
  const { slackPath, hookPath, hookQuery } = secrets;
  const keys = { access_key: accessKey, secret_key: secretKey, security_token: securityToken };
  const keyCloud = await startCloud({
    credentials: [keys],
    connections: [
      { id: basicId, kind: "basic", queues: { etl: { status: "FAILED", err_msg: keyEcho } } },
    ],
  });
  const tokenCloud = await startCloud({
    tokens: [token],
    connections: [{ id: enhancedId, kind: "enhanced", fields: { name: `echo of ${token}` } }],
  });
  const userCloud = await startCloud({
    users: [{ name: "watcher", domain: "acme", password: secrets.password }],
    tokens: [secrets.fetchedToken],
    connections: [
      {
        id: enhancedId,
        kind: "enhanced",
        queues: { etl: { status: "FAILED", err_msg: userEcho } },
      },
    ],
  });
  userCloud.fault({
    url: "/v3/auth/tokens",
    headers: { "x-subject-token": secrets.fetchedToken },
  });
  const slack = await startRecording({ body: "ok" });
  const hook = await startRecording();
  const plain = await startRecording();
  const watching = await startWatching({
    projects: [
      projectOf(keyCloud, [basicId], { auth: keys }),
      projectOf(tokenCloud, [enhancedId], { name: "by token", auth: { token } }),
      projectOf(userCloud, [enhancedId], {
        name: "by password",
        auth: {
          username: "watcher",
          password: secrets.password,
          domain: "acme",
          iam_endpoint: userCloud.url,
        },
      }),
    ],
    notifiers: {
      slack: { type: "slack", url: slack.origin + slackPath, fallback: "plain" },
      hook: {
        type: "webhook",
        url: `${hook.origin}${hookPath}?key=${hookQuery}`,
        secret: secrets.signing,
        headers: { authorization: secrets.header },
        fallback: "plain",
      },
      plain: { type: "webhook", url: plain.origin },
    },
    server: { listen: "127.0.0.1:0", token: secrets.server },
    log: { level: "debug" },
  });
  return { keyCloud, tokenCloud, userCloud, slack, hook, plain, watching };
}

/** What the program prints about this configuration beside its daemon. */
async function printed(config: string): Promise<string> {
  const commands = ["check", "poll", "status --json", "history --json", "deliveries list --json"];
  const ended = await Promise.all(
    commands.map((command) => runCommand([...command.split(" "), "-c", config])),
  );
  expect(ended.map(({ status }) => status)).toEqual([0, 1, 1, 0, 0]);
  return ended.map(({ stdout, stderr }) => stdout + stderr).join("\n");
}

/** What the daemon answers to who knows the token, and to who does not. */
async function answered(url: string): Promise<string> {
  const paths = [
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    `/connections/by%20token/${enhancedId}`,
    `/connections/by%20password/${enhancedId}`,
    "/api/v1/connections",
    "/api/v1/transitions",
    "/api/v1/deliveries",
    "/api/v1/notifiers",
    "/api/v1/mutes",
    "/api/v1/status",
    "/api/openapi.json",
  ];
  const authorized = { headers: { authorization: `Bearer ${secrets.server}` } };
  const answers = await Promise.all(
    paths.flatMap((path) => [fetch(url + path), fetch(url + path, authorized)]),
  );
  const texts = answers.map(
    async (answer) => JSON.stringify([...answer.headers]) + (await answer.text()),
  );
  return (await Promise.all(texts)).join("\n");
}

test("no secret leaves, though the cloud and the receivers repeat all they were sent", {
  timeout: 60_000,
}, async () => {
  const { keyCloud, tokenCloud, userCloud, slack, hook, plain, watching } =
    await startInstallation();
  await Promise.all([slack.arrived(2), hook.arrived(2), plain.arrived(2)]);
  const refuse = (cloud: Cloud, error_msg: string) =>
    cloud.fault({
      status: 400,
      body: JSON.stringify({ error_code: "DLI.0999", error_msg }),
      headers: { "x-request-id": token },
    });
  const ends = [
    refuse(keyCloud, keyEcho),
    refuse(tokenCloud, tokenEcho),
    refuse(userCloud, userEcho),
  ];
  await plain.arrived(5);
  for (const end of ends) end();
  await plain.arrived(8);
  const end = refuse(tokenCloud, cutInSecret);
  await plain.arrived(9);
  end();
  await plain.arrived(10);
  const refuseUser = (url: string, message: string) =>
    userCloud.fault({ url, status: 401, body: JSON.stringify({ error: { message } }) });
  refuseUser("/v3/auth/tokens", echoOf(secrets.password));
  refuseUser("/v2.0/", userEcho);
  await plain.arrived(11);

  hook.answer(
    { status: 500, body: hookEcho },
    { status: 400, body: hookEcho },
    { status: 404, body: hookEcho },
  );
  slack.answer({ body: slackEcho });
  keyCloud.set(basicId, { queues: { a: { status: "FAILED" }, b: { status: "FAILED" } } });
  await plain.arrived(16);

  const outside = {
    commands: await printed(watching.config),
    answers: await answered(watching.url),
    payloads: [slack, hook, plain]
      .flatMap(({ requests }) => requests.map(({ body }) => body))
      .join("\n"),
    headersToOthers: plain.requests
      .map(({ path, headers }) => path + JSON.stringify(headers))
      .join("\n"),
    log: watching.output(),
    store: readdirSync(watching.directory)
      .filter((name) => name.startsWith("watch.db"))
      .map((name) => readFileSync(join(watching.directory, name), "latin1"))
      .join("\n"),
  };
  for (const [name, text] of Object.entries(outside)) {
    expect(text.length, name).toBeGreaterThan(0);
    expect(text.match(new RegExp(`.{0,80}(?:${traces.source}).{0,80}`, "gi")), name).toBeNull();
  }
});

test("a configuration that is wrong all over repeats none of its values", async () => {
  const directory = temporaryDirectory();
  const refused = writeConfig(directory, {
    projects: [
      { ...projectOf({ url: "https://canary:canary@dli.example.com" }, [basicId], { name: "a" }) },
      projectOf({ url: "http://127.0.0.1:9" }, [basicId], {
        name: "b",
        auth: { token, access_key: accessKey, secret_key: [secretKey], securityToken },
      }),
    ],
    notifiers: {
      insecure: { type: "webhook", url: "http://hooks.example.com/canary" },
      hook: {
        type: "webhook",
        url: "https://hooks.example.com/canary",
        secret: "canary-that-is-no-signing-secret",
        headers: { authorization: "canary\nin two lines", "webhook-id": "canary" },
      },
      slack: { type: "slack", url: "canary" },
    },
    server: { token: { of: "canary" }, listen: "127.0.0.1:0" },
  });
  const unreadable = join(directory, "unreadable.yaml");
  writeFileSync(unreadable, `projects: [{ auth: { token: *canary, token: "canary\\q" } }\n`);
  for (const file of [refused, unreadable]) {
    for (const command of ["check", "run"]) {
      const { status, stdout, stderr } = await runCommand([command, "-c", file]);
      expect(status).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain(file);
      expect(stderr).not.toMatch(traces);
    }
  }
});
