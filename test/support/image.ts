import { realpathSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Podman, runProgram } from "./podman.ts";

/** Names of the images in the test's own store. */
export const images = { base: "localhost/base", watcher: "localhost/dli-watch" };

/** Makes the image by the Dockerfile, on a base that is made here: where these tests run there is no registry of images. */
export async function buildImage(podman: Podman): Promise<void> {
  await makeBase(podman);
  const mounts = await mountsForNpm(podman.directory);
  await podman.run(
    "build",
    ...["--tag", images.watcher, "--build-arg", `BASE=${images.base}`],
    ...["--isolation", "chroot", "--format", "docker", "--layers=false"],
    ...mounts.flatMap((mount) => ["--volume", `${mount}:ro`]),
    ".",
  );
}

/** Debian's essential packages, and this machine's npm under the Node that runs the tests. */
async function makeBase({ directory, run }: Podman): Promise<void> {
  const archive = join(directory, "base.tar");
  const npmProgram = realpathSync((await runProgram("which", "npm")).trim());
  const npm = resolve(npmProgram, "../..");
  const hooks = [
    `copy-in ${process.execPath} /usr/local/bin`,
    'mkdir --parents "$1/usr/local/lib/node_modules"',
    `copy-in ${npm} /usr/local/lib/node_modules`,
    'ln --symbolic ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/local/bin/npm"',
  ].map((hook) => `--customize-hook=${hook}`);
  const packages = "--include=libatomic1,libstdc++6";
  await runProgram("mmdebstrap", "--variant=essential", packages, ...hooks, "bookworm", archive);
  await run("import", archive, images.base);
}

/** Lets npm reach its registry as it does from here, for the build alone. */
async function mountsForNpm(directory: string): Promise<readonly string[]> {
  const settings = join(directory, "npmrc");
  const registry = await runProgram("npm", "config", "get", "registry");
  const authorities = process.env["NODE_EXTRA_CA_CERTS"];
  const lines = [`registry=${registry}`, ...(authorities ? [`cafile=${authorities}`] : [])];
  writeFileSync(settings, lines.join("\n"));
  return [`${settings}:/root/.npmrc`, ...(authorities ? [`${authorities}:${authorities}`] : [])];
}
