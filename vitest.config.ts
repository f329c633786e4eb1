import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/system/**", "node_modules/**"],
    testTimeout: 30_000,
    retry: 0,
    sequence: { hooks: "stack" },
  },
});
