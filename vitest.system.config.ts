import { defineConfig } from "vitest/config";

/** Suites that need more than npm: programs of the system, a network, minutes. */
export default defineConfig({
  test: {
    include: ["test/system/**/*.test.ts"],
    env: { NODE_COMPILE_CACHE: "node_modules/.cache/node" }, // many tests start processes
    testTimeout: 300_000,
  },
});
