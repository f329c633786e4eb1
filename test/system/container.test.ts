import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import packageLock from "../../package-lock.json" with { type: "json" };
import { buildImage, images } from "../support/image.ts";
import {
  eventsOf,
  lineOf,
  projectOf,
  startCloud,
  startRecording,
} from "../support/installation.ts";
import { openPodman } from "../support/podman.ts";
import { signalledAtStart } from "../support/signal-at-start.ts";
import { basicId } from "../support/simulator.ts";
import { temporaryDirectory, writeConfig } from "../support/watcher.ts";

const podman = openPodman();
beforeAll(() => buildImage(podman), 600_000);
afterAll(() => podman[Symbol.asyncDispose](), 60_000);

/** As config/compose.yaml and config/kubernetes.yaml run it; limits that every machine may set. */
const confined = [
  ...["--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--network=host"],
  ...["--security-opt=no-new-privileges", "--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"],
];

/** The option that mounts a configuration of this cloud and this webhook. */
function mounted(cloud: { readonly url: string }, hook: { readonly origin: string }) {
  const config = writeConfig(temporaryDirectory(), {
    projects: [projectOf(cloud, [basicId])],
    notifiers: { hook: { type: "webhook", url: hook.origin } },
  });
  return `--volume=${config}:/etc/dli-watch/dli-watch.yaml:ro`;
}

test("a confined container watches, tells, answers, looks back, and stops when asked", async () => {
  const cloud = await startCloud({
    connections: [{ id: basicId, kind: "basic", queues: { etl: { status: "FAILED" } } }],
  });
  const hook = await startRecording();
  onTestFinished(async () => void (await podman.run("rm", "--force", "--ignore", "watcher")));
  await podman.run(
    "run",
    ...["--detach", "--name=watcher", "--volume=data:/data"],
    ...[...confined, mounted(cloud, hook), images.watcher],
  );

  await hook.arrived(1);
  expect(eventsOf(hook).map(lineOf)).toEqual(["appeared queue etl >FAILED"]);
  // Only who listens on all addresses is found at this one.
  expect((await fetch("http://127.0.0.2:8080/healthz")).status).toBe(200);
  await podman.run("healthcheck", "run", "watcher");
  const exec = (...command: readonly string[]) => podman.run("exec", "watcher", ...command);
  const first = await exec("cat", "/proc/1/status");
  expect(first).toMatch(/^Name:\tnode/);
  expect(first).toMatch(/^Uid:(\t10001){4}$/m);
  expect(first).toMatch(/^CapEff:\t0+$/m);
  await expect(exec("touch", "/app/x", "/tmp/x")).rejects.toThrow(/Read-only.*\n.*Read-only/);
  await expect(exec("dli-watch", "status")).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("FAILED"),
  });

  await podman.run("stop", "--time=10", "watcher");
  expect(await podman.run("wait", "watcher")).toBe("0\n");
});

test("its first process is stopped by a SIGTERM while it starts", async () => {
  const [cloud, hook] = [await startCloud({}), await startRecording()];
  await podman.run(
    "run",
    ...["--rm", "--timeout=60", `--env=NODE_OPTIONS=${signalledAtStart("SIGTERM")}`],
    ...[...confined, mounted(cloud, hook), images.watcher],
  );
});

test("the demo runs in it", async () => {
  const told = await podman.run("run", "--rm", ...confined, images.watcher, "demo", "--once");
  expect(told).toContain("dli-watch.recovery");
});

test("the image adds to its base the program and what it depends on, and little else", async () => {
  const settings = ["--rm", ...confined, "--entrypoint=cat"];
  const listed = await podman.run(
    ...["run", ...settings, images.watcher, "node_modules/.package-lock.json"],
  );
  const needed = Object.entries(packageLock.packages).filter(([, entry]) => !("dev" in entry));
  expect(["", ...Object.keys(JSON.parse(listed).packages)]).toEqual(needed.map(([path]) => path));

  const megabytesOf = async (image: string) =>
    Number(await podman.run("image", "inspect", "--format={{.Size}}", image)) / 1e6;
  const [base, whole] = [await megabytesOf(images.base), await megabytesOf(images.watcher)];
  process.stdout.write(`The image has ${whole.toFixed()} MB, its base ${base.toFixed()} MB.\n`);
  expect(whole - base).toBeLessThan(32);
});
