import { defineConfig } from "vitest/config";

/** Everything that needs nothing but npm. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/system/**"],
    testTimeout: 30_000,
  },
});
