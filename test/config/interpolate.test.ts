import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { interpolate, resolveText, type Surroundings } from "../../src/config/interpolate.ts";

const surroundings: Surroundings = {
  env: { HOST: "db", EMPTY: "", DOLLAR: `$HOST \${HOST}`, constructor: undefined },
  readText: (path) =>
    path === "/run/secrets/sk"
      ? { text: "sk\n\n" }
      : { reason: `no file at ${path.length} letters` },
};

describe("a text", () => {
  test.each([
    ["plain", "plain"],
    [`\${HOST}`, "db"],
    [`http://\${HOST}:80/\${HOST}`, "http://db:80/db"],
    [`\${EMPTY}`, ""],
    [`\${EMPTY:-x}`, "x"],
    [`\${MISSING:-}`, ""],
    [`\${MISSING:-a b:-c}`, "a b:-c"],
    [`\${HOST:-x}`, "db"],
    [`\${HOST:?needed}`, "db"],
    [`\${file:/run/secrets/sk}`, "sk\n"],
    ["$$", "$"],
    [`$\${HOST}`, `\${HOST}`],
    ["$$$$", "$$"],
    [`$$\${HOST}`, "$db"],
    ["p$ssword$", "p$ssword$"],
    [`\${DOLLAR}`, `$HOST \${HOST}`],
  ])("%j becomes %j", (text, resolved) => {
    expect(resolveText(text, surroundings)).toEqual({ text: resolved });
  });

  const forms = `must refer as \${VAR}, \${VAR:-default}, \${VAR:?message} or \${file:/path}; a literal $ is $$`;
  test.each([
    [`\${MISSING}`, "needs the environment variable MISSING, which is not set"],
    [`\${MISSING:?}`, "needs the environment variable MISSING, which is not set"],
    [`\${MISSING:?ask Ann}`, "ask Ann"],
    [`\${EMPTY:?ask Ann}`, "ask Ann"],
    [`\${HOST} \${A} \${B}`, "needs the environment variable A, which is not set"],
    [`\${toString}`, "needs the environment variable toString, which is not set"],
    [`\${file:/nowhere}`, "no file at 8 letters"],
    [`\${}`, forms],
    [`\${1}`, forms],
    [`\${A-B}`, forms],
    [`\${A:+B}`, forms],
    [`\${HOST`, `has a \${ without its }`],
  ])("%j cannot be resolved: %s", (text, reason) => {
    expect(resolveText(text, surroundings)).toEqual({ reason });
  });
});

test("keys, numbers and comments are left alone", () => {
  const key = `\${HOST}`;
  const document = parseDocument(`${key}: 1 # \${MISSING}\nb: ['${key}', &a 'x${key}', *a]`);
  expect(interpolate(document, surroundings).findings).toEqual([]);
  expect(document.toJS()).toEqual({ [key]: 1, b: ["db", "xdb", "xdb"] });
});

test("what cannot be resolved is found at its path, and known as unresolved", () => {
  const document = parseDocument(`a:\n  - b: x\n  - c: ['\${MISSING}']`);
  const { findings, unresolved } = interpolate(document, surroundings);
  expect(findings.map(({ path }) => path)).toEqual([["a", 1, "c", 0]]);
  expect(unresolved).toEqual(new Set([document.getIn(["a", 1, "c", 0], true)]));
});

test("no value changes the structure: it arrives as it is, as one text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (value) => {
      const document = parseDocument(`a: \${V}\nb: [x, '\${V}']`);
      interpolate(document, { ...surroundings, env: { V: value } });
      expect(document.toJS()).toEqual({ a: value, b: ["x", value] });
    }),
    {
      examples: [
        ["x\nb: evil"],
        ["{c: d}"],
        ["*a"],
        ["# no comment"],
        ["null"],
        ["5"],
        [`\${V}`],
        ["$&"],
      ],
    },
  );
});
