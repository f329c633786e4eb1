import { z } from "zod";
import { connectionKinds } from "../core/model.ts";
import { pattern } from "./matcher.ts";
import { mustBe, text } from "./values.ts";

const forms = 'true, false, or a map such as { kind: enhanced, name: "prod-*" }';

/** Which connections are watched without being named. */
export function discovery() {
  return z.union(
    [z.boolean().transform((all) => (all ? { kinds: connectionKinds } : undefined)), some()],
    mustBe(forms),
  );
}

function some() {
  return z
    .strictObject({
      kind: z
        .enum(connectionKinds)
        .exactOptional()
        .describe(
          "Only those of this kind, `basic` or `enhanced`. Default: both, or `enhanced` with `tags`.",
        ),
      name: pattern
        .exactOptional()
        .describe(
          "Only those with such a name: a glob, a list of globs, or `{ not: … }` with either. Default: any.",
        ),
      status: pattern
        .exactOptional()
        .describe(
          "Only those in such a state when they are found, likewise; letter case does not matter. Default: any but DELETED.",
        ),
      tags: tags()
        .exactOptional()
        .describe("Only enhanced ones that have all of these tags, as `key: value`. Default: any."),
    })
    .transform(({ kind, name, status, tags }, context) => {
      if (tags !== undefined && kind === "basic") {
        context.addIssue({
          code: "custom",
          path: ["tags"],
          message: "are of enhanced connections alone",
        });
      }
      const kinds = tags === undefined ? connectionKinds : (["enhanced"] as const);
      return {
        kinds: kind ? [kind] : kinds,
        ...(name !== undefined && { name }),
        ...(status !== undefined && { status }),
        ...(tags !== undefined && { tags }),
      };
    });
}

const accepted = mustBe("a map of at least one tag, without = in its key or a comma");

/** As the list takes them (ListEnhancedConnections): `tag1=v1,tag2=v2`. */
function tags() {
  return z
    .record(text(), z.string(mustBe("a text (in quotes if it is a number)")), accepted)
    .refine((given) => {
      const pairs = Object.entries(given);
      return (
        pairs.length > 0 && pairs.every(([key, value]) => !/[=,]/.test(key) && !value.includes(","))
      );
    }, accepted)
    .transform((given) =>
      Object.entries(given)
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(","),
    );
}
