import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeNewFile } from "../../src/commands/new-file.ts";
import { temporaryDirectory } from "../support/watcher.ts";

test("a new file has all of the content", async () => {
  const file = join(temporaryDirectory(), "new");
  await writeNewFile(file, ["one\n", "two\n"]);
  expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
});

test("where the content fails, nothing is left of it", async () => {
  const directory = temporaryDirectory();
  const failure = new Error("the store is damaged");
  function* content() {
    yield "one\n";
    throw failure;
  }
  await expect(writeNewFile(join(directory, "new"), content())).rejects.toBe(failure);
  expect(readdirSync(directory)).toEqual([]);
});

test("what is there stays as it is, even a link to nothing", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "old"), "mine");
  symlinkSync("nothing", join(directory, "link"));
  for (const name of ["old", "link"]) {
    await expect(writeNewFile(join(directory, name), ["new"])).rejects.toThrow(
      `${join(directory, name)} is there already and stays as it is: `,
    );
  }
  expect(readFileSync(join(directory, "old"), "utf8")).toBe("mine");
  expect(readdirSync(directory).sort()).toEqual(["link", "old"]);
});
