import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { systemClock } from "../../src/clock.ts";
import { formatLines, type Line } from "./line.ts";
import { measureListed } from "./listed.ts";
import { measureListened } from "./listened.ts";
import { measurePage } from "./page.ts";
import { measureRehearsal } from "./rehearsed.ts";
import { measureSaturated } from "./saturated.ts";
import { measureFiveThousand, measureGrowth, measureHundredPerSecond } from "./steady.ts";
import { measureLatency, measureStart } from "./swiftness.ts";

/*
 * Measures the built program: `npm run bench`, or `npm run bench -- --quick` for a first impression. Every measured thing
 * is a process of its own, all poll the same server (server.ts), and what is compared runs in turn. Linux only (/proc).
 */

const quick = process.argv.includes("--quick");
const runs = quick ? 1 : 3;
const hasShell = ["bash", "curl", "jq"].every((tool) => !spawnSync(tool, ["--version"]).error);
if (!hasShell) process.stdout.write("Without bash, curl and jq no shell loop is measured.\n\n");

const sections: readonly (() => Promise<readonly Line[]>)[] = [
  () => measureSaturated({ runs, lastsMs: quick ? 3_000 : 6_000 }, hasShell),
  () => measureHundredPerSecond({ runs, lastsMs: quick ? 10_000 : 20_000 }),
  () => measureFiveThousand({ runs: 1, lastsMs: quick ? 10_000 : 30_000 }),
  () => measureListened(quick ? 10_000 : 60_000),
  () => measureListed(quick ? 10_000 : 30_000, quick ? 10_000 : 100_000),
  () => measureGrowth({ runs: 1, lastsMs: quick ? 5_000 : 20_000 }),
  () => measurePage(quick ? 5 : 30),
  () => measureLatency(quick ? 10 : 40),
  () => measureStart(quick ? 5 : 15),
  () => measureRehearsal(runs),
];

const lines: Line[] = [];
for (const measure of sections) {
  const measured = await measure();
  process.stdout.write(`${formatLines(measured)}\n\n`);
  lines.push(...measured);
}
if (!quick) writeFileSync(new URL("./RESULTS.md", import.meta.url), results(lines));

function results(measured: readonly Line[]): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const date = new Date(systemClock.now()).toISOString().slice(0, 10);
  return `# What dli-watch costs

Measured on ${date} by \`npm run bench\` under Node ${process.versions.node}, on ${cpus().length} cores (${cpu?.model.trim()}) and ${memory} GB.
These are facts of one machine, and of what else it did: the ratios, taken run by run, say more than the numbers.

- Each measured thing is a process of its own, dli-watch the built \`dist/cli.js run\` with its store on disk and, as in the
  image, what a demo before it has compiled. CPU time is user and system, memory is resident, both from \`/proc\`.
- All of them poll one \`node:http\` server in another process. It answers with a basic connection of two queues, or where
  that is said an enhanced one of two pools, a thousand in each project, over kept connections and checks nothing;
  dli-watch signs its requests all the same. Its rate is set so high that it never waits.
- Saturated: 1,000 connections due every 100 ms, twenty requests at once, as in the loops of undici and ky; the shell's is
  one after the other, as one would write it by hand.
- The month that is rehearsed has 43 million polls, three changes of each connection a day, and four outages; the other
  configuration delays problems and reminds of them.

${formatLines(measured)}
`;
}
