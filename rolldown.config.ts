import { defineConfig } from "rolldown";

/** The program with the packages it needs, in few files: Node starts it twice as fast as from the thousand they come in. */
export default defineConfig({
  input: "src/cli.ts",
  platform: "node",
  output: {
    dir: "dist",
    cleanDir: true,
    // V8 keeps the source, at two bytes a character where one is beyond Latin-1.
    charset: "ascii",
    comments: false,
  },
});
