import { z } from "zod";
import { checked, duration, mustBe, text, wholeNumber } from "./values.ts";

/** When something counts and is told. */
export function policy() {
  const forms = mustBe("a number of polls, or a map such as { FAILED: 1, gone: 2 }");
  return z.strictObject({
    confirm: z
      .union([wholeNumber(), z.record(text(), wholeNumber())], forms)
      .prefault({ FAILED: 1, gone: 2 })
      .describe(
        "Polls that must agree before a state, or `gone`, counts, others 1; or one number for all.",
      ),
    unreachable_after: wholeNumber()
      .prefault(3)
      .describe(
        "Rounds without one success (project), or failed polls in a row (connection), before `unreachable` is told.",
      ),
    first_sight: z
      .enum(["failed", "all", "none"])
      .prefault("failed")
      .describe("What is told of a resource never seen before: only `failed`, `all` or `none`."),
    stuck: stuck()
      .prefault({ CREATING: "15m" })
      .describe(
        "How long a resource may stay in a state before `stuck` is told, by state; `{}` for never.",
      ),
    flapping: flapping()
      .prefault({ changes: 6, within: "30m" })
      .describe(
        "When changes of a state are too many to be told one by one, and `flapping` is told instead; or `false`.",
      ),
    storm: storm()
      .prefault({})
      .describe("When notices to one notifier are too many and become a digest; or `false`."),
  });
}

/** A resource may be ACTIVE for ever, and one that is gone is looked at no more. */
const ends = new Set(["ACTIVE", "DELETED"]);

function stuck() {
  const forms = mustBe("a map of states and durations such as { CREATING: 15m }");
  const state = checked(
    "a state in which something can be stuck",
    (name) => name !== "" && !ends.has(name.toUpperCase()),
  );
  return z.record(state, duration(), forms);
}

function flapping() {
  const forms = mustBe("false, or a map such as { changes: 6, within: 30m }");
  return z.union(
    [
      never(forms),
      z.strictObject({
        changes: wholeNumber(2).prefault(6).describe("So many changes are too many."),
        within: duration().prefault("30m").describe("The time in which they are counted."),
      }),
    ],
    forms,
  );
}

function storm() {
  const forms = mustBe("false, or a map such as { over: 10, within: 1m }");
  return z.union(
    [
      never(forms),
      z.strictObject({
        over: wholeNumber().prefault(10).describe("So many are told each by itself."),
        within: duration().prefault("1m").describe("The time in which they are counted."),
      }),
    ],
    forms,
  );
}

function never(forms: ReturnType<typeof mustBe>) {
  return z
    .boolean()
    .refine((on) => !on, forms)
    .transform(() => false as const);
}
