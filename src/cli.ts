#!/usr/bin/env node
const needed = 26;

if (Number.parseInt(process.versions.node, 10) < needed) {
  process.stderr.write(
    `dli-watch needs Node ${needed} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(2);
}

// What V8 compiles is kept for the next start, where only who may change the program may change it.
const { enableCompileCache } = await import("node:module");
enableCompileCache(`${import.meta.dirname}/../dist/.cache`);

// Whoever reads the output (`… | head`) has seen enough.
process.stdout.on("error", (error) => {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
  process.exit();
});

// The kernel spares the first process of a container what it does not listen to. Where a command listens too, it decides.
for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(status);
  });
}

const { main } = await import("./commands/main.ts");
process.exit(await main(process.argv));
