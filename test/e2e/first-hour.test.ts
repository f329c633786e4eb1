import { expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { type Cloud, projectOf, startCloud, startRecording } from "../support/installation.ts";
import { enhancedId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";

const project = (cloud: Cloud, more: object = {}) => projectOf(cloud, [enhancedId], more);
const hour = 3_600_000;

interface Mistake {
  readonly what: string;
  /** What the cloud answers whatever it is asked. */
  readonly fault?: () => Parameters<Cloud["fault"]>[0];
  readonly config?: (cloud: Cloud) => object;
  readonly command: readonly string[];
  /** The whole line. */
  readonly says: RegExp;
}

test.each<Mistake>([
  {
    what: "a region that does not exist",
    config: (cloud) => ({
      projects: [{ ...project(cloud), endpoint: undefined, region: "cn-nort-4" }],
    }),
    command: ["check"],
    says: /^.*watch\.yaml:\d+:\d+ projects\[0\]\.region: .*did you mean cn-north-4\?.*$/,
  },
  {
    what: "the id of another project",
    config: (cloud) => ({ projects: [project(cloud, { project_id: "0".repeat(32) })] }),
    command: ["check", "--online"],
    says: /^error: prod: .* answered 403 APIGW\.0310: .* – check project_id \(0+\) and region: these credentials are of another project.*$/,
  },
  {
    what: "a permission that is missing",
    fault: () => ({
      status: 403,
      body: '{"error_code":"APIGW.0302","error_msg":"the API is not authorised"}',
    }),
    command: ["check", "--online"],
    says: /^error: prod: .* answered 403 APIGW\.0302: .* – allow these credentials to read .*\(dli:edsconnection:get and :list\).*$/,
  },
  {
    what: "no way to the host",
    config: (cloud) => ({ projects: [project(cloud, { endpoint: "http://127.0.0.1:1" })] }),
    command: ["check", "--online"],
    says: /^error: prod: .*127\.0\.0\.1:1 refuses connections: check host and port.*$/,
  },
  {
    what: "a clock that is off by an hour",
    fault: () => ({
      status: 401,
      body: "",
      headers: { date: new Date(Date.now() + hour).toUTCString() },
    }),
    command: ["check", "--online"],
    says: /^error: prod: .*the clock is (59|60) min behind the server's Date header .* – set this machine's clock.*$/,
  },
  {
    what: "an address of Slack's that was revoked",
    command: ["notify", "test"],
    says: /^oncall: It would refuse every notice: compare address and credentials at notifiers\.oncall .*$/,
  },
  {
    what: "a directory for the store that is none",
    config: () => ({ store: "watch.yaml/dli-watch.db" }),
    command: ["run"],
    says: /^.*watch\.yaml.* must .*be a directory.*$/,
  },
])("what is wrong and what to do is said in one line: $what", async (mistake) => {
  const cloud = await startCloud({ connections: [{ id: enhancedId, kind: "enhanced" }] });
  const slack = await startRecording({ status: 404, body: "no_service" });
  if (mistake.fault) cloud.fault(mistake.fault());
  const file = writeConfig(temporaryDirectory(), {
    projects: [project(cloud)],
    notifiers: { oncall: { type: "slack", url: `${slack.origin}/services/T0/B0/x` } },
    ...mistake.config?.(cloud),
  });
  const { status, stdout, stderr } = await runCommand([...mistake.command, "-c", file]);
  expect(status).not.toBe(0);
  expect(`${stdout}${stderr}`.split("\n")).toContainEqual(expect.stringMatching(mistake.says));
});
