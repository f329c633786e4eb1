#!/usr/bin/env node
const needed = 26;

if (Number.parseInt(process.versions.node, 10) < needed) {
  process.stderr.write(
    `dli-watch needs Node ${needed} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(2);
}

// Whoever reads the output (`… | head`) has seen enough.
process.stdout.on("error", (error) => {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
  process.exit();
});

const { main } = await import("./commands/main.ts");
process.exit(await main(process.argv));
