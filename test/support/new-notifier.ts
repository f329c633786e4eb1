/** Adds a notifier that works at once, to be made to speak as its platform does: `npm run new:notifier NAME`. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { builtinNotifiers } from "../../src/notify/builtin.ts";

const [, , name = ""] = process.argv;
const file = `src/notify/channels/${name}.ts`;

if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
  refuse("The name is the word for type:, in lower case, such as pager or ms-teams.");
} else if (builtinNotifiers.has(name) || existsSync(file)) {
  refuse(`There is a ${name} already.`);
} else {
  addNotifier();
}

function refuse(why: string): void {
  process.stderr.write(`npm run new:notifier NAME\n${why}\n`);
  process.exitCode = 1;
}

function addNotifier(): void {
  const constant = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const files = [
    [file, notifier(constant)],
    edited("src/notify/builtin.ts", [
      [/^/, () => `import { ${constant} } from "./channels/${name}.ts";\n`],
      [/,?\s*\];/, () => `, ${constant}];`],
    ]),
    edited("test/contract/notifier-samples.ts", [[/\};\n$/, () => `${sample()}};\n`]]),
    edited("config/dli-watch.example.yaml", [
      [
        /^notifiers:.*\n(?: {2}.*\n)+/m,
        (block) => `${block}  ${name}: { type: ${name}, url: https://${name}.example/hook }\n`,
      ],
    ]),
    ...[
      ["README.md", /^## Notifiers\n\n(?:\|.*\n)+/m] as const,
      ["README.zh-CN.md", /^## 通知器\n\n(?:\|.*\n)+/m] as const,
    ].map(([readme, table]) =>
      edited(readme, [[table, (rows) => `${rows}| \`${name}\` | … | \`url\` |\n`]]),
    ),
  ] as const;
  for (const [path, text] of files) writeFileSync(path, text);
  const code = files.flatMap(([path]) => (path.endsWith(".ts") ? [path] : []));
  run("node_modules/@biomejs/biome/bin/biome", "check", "--write", ...code);
  run("test/support/write-documents.ts");
  process.stdout.write(`${file} works; make it speak as its platform does.
npx vitest run test/contract/notifier.test.ts holds it to the contract, and shows in test/golden/notify/${name} what it sends.
When its options are settled: npm run docs, and their Chinese in test/support/reference.zh-CN.yaml.
`);
}

/** Runs a program of ours; throws if it fails. */
function run(...args: readonly string[]): void {
  execFileSync(process.execPath, args);
}

/** A file's path and its text after these edits; throws if one finds nothing. */
function edited(
  path: string,
  edits: readonly (readonly [pattern: RegExp, edit: (found: string) => string])[],
): readonly [path: string, text: string] {
  const text = edits.reduce(
    (before, [pattern, edit]) => {
      if (!pattern.test(before)) throw new Error(`${path} has nothing like ${pattern}`);
      return before.replace(pattern, edit);
    },
    readFileSync(path, "utf8"),
  );
  return [path, text];
}

function sample(): string {
  return `  "${name}": {
    options: (origin) => ({ url: \`\${origin}/SECRETpath\` }),
    secrets: ["SECRETpath"],
    accepted: {},
  },
`;
}

function notifier(constant: string): string {
  const options = `${constant.charAt(0).toUpperCase()}${constant.slice(1)}Options`;
  return `import { z } from "zod";
import type { Secret } from "../../core/secret.ts";
import type { HttpNotifier } from "../notifier.ts";
import { webhookUrl } from "../webhook-url.ts";

interface ${options} {
  readonly url: Secret;
}

/** What it is, and the address of what its platform says of the protocol. */
export const ${constant}: HttpNotifier<${options}> = {
  type: "${name}",
  options: z.strictObject({
    url: webhookUrl().describe("Address that notices are posted to."),
  }),
  render: ({ message: { tone, title, reason, facts, advice, reference } }, { url }) => ({
    url: url.reveal(),
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      title: [tone.word, title].join(" "),
      reason,
      facts: [...facts, ...advice],
      reference,
    }),
  }),
};
`;
}
