#!/usr/bin/env node
const needed = 26;

if (Number.parseInt(process.versions.node, 10) < needed) {
  process.stderr.write(
    `dli-watch needs Node ${needed} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(2);
}

const { main } = await import("./commands/main.ts");
process.exit(await main(process.argv));
