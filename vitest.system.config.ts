import { defineConfig } from "vitest/config";

/** Suites that need more than npm: programs of the system, a network, minutes. */
export default defineConfig({
  test: {
    include: ["test/system/**/*.test.ts"],
    testTimeout: 300_000,
  },
});
