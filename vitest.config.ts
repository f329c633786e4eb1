import { defineConfig } from "vitest/config";

/** Everything that needs nothing but npm. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/system/**"],
    testTimeout: 30_000,
    maxWorkers: 2, // most of the time a suite waits for processes it started
  },
});
