import { z } from "zod";
import type { Notifier, NotifierRequest, Verdict } from "./notifier.ts";

/** A plug-in's notifier, or what is wrong with it: completes "… is no notifier: ". */
export type Adopted =
  | { readonly notifier: Notifier<unknown>; readonly fault?: never }
  | { readonly fault: string; readonly notifier?: never };

/** Takes in a stranger's notifier under the word for `type:` that named it. Whatever its methods give is checked at every call. */
export function adopt(type: string, exported: unknown): Adopted {
  if (!isNotifier(exported)) return { fault: faultOf(Object(exported)) };
  const { options, keyed, pace, refreshEvery } = exported;
  const own = {
    type,
    options,
    ...(keyed && { keyed }),
    ...(pace && { pace }),
    ...(refreshEvery !== undefined && { refreshEvery }),
  };
  if ("send" in exported) {
    return {
      notifier: {
        ...own,
        send: async (...given) => verdict("send", await exported.send(...given)),
        preview: (...given) => text("preview", exported.preview?.(...given)),
      },
    };
  }
  return {
    notifier: {
      ...own,
      render: (...given) => request("render", exported.render(...given)),
      revise: (...given) => {
        const revision = exported.revise?.(...given);
        return revision && request("revise", revision);
      },
      judge: (...given) => {
        const judged = exported.judge?.(...given);
        return judged && verdict("judge", judged);
      },
    },
  };
}

/** What every notifier has, which dli-watch itself sees to. */
const common = ["type", "fallback", "language", "timezone", "template"];

type Properties = "options" | "keyed" | "pace" | "refreshEvery";
type Methods = "render" | "revise" | "judge" | "send" | "preview";
type Parts = Readonly<Partial<Record<Properties | Methods, unknown>>>;

function isNotifier(exported: unknown): exported is Notifier<unknown> {
  return faultOf(Object(exported)) === "";
}

/** Empty if there is none. */
function faultOf({ options, keyed, pace, refreshEvery, ...methods }: Parts): string {
  const { render, revise, judge, send, preview } = methods;
  const lacking = [
    ...(options === undefined ? ["options"] : []),
    ...(render === undefined && send === undefined ? ["render or send"] : []),
  ];
  if (lacking.length > 0) return `it lacks ${lacking.join(" and ")}`;
  if (!isObjectSchema(options)) return "its options are no z.object() of zod 4";
  const taken = common.filter((key) => key in options.shape);
  if (taken.length > 0) return `its options must leave ${taken.join(" and ")} to dli-watch`;
  if (keyed !== undefined && keyed !== "incident") return `its keyed is not "incident"`;
  if (!limits.safeParse(pace).success)
    return "its pace is no list of { notices, perMs }, both whole numbers from 1";
  if (!interval.safeParse(refreshEvery).success)
    return "its refreshEvery is no whole number of milliseconds from 1000";
  if (render !== undefined && send !== undefined) return "it has both render and send";
  const broken = Object.entries({ render, revise, judge, send, preview }).find(
    ([, method]) => method !== undefined && typeof method !== "function",
  );
  return broken ? `its ${broken[0]} is no function` : "";
}

const whole = z.int().min(1);
const limits = z.array(z.object({ notices: whole, perMs: whole })).optional();
const interval = z.int().min(1_000).optional();

/** It may come from another copy of zod, but an old or small one lacks what the configuration needs. */
function isObjectSchema(options: unknown): options is z.ZodObject {
  return options instanceof z.ZodObject && "safeExtend" in options;
}

const request = answering<NotifierRequest>(
  "request",
  z.object({
    method: z.enum(["POST", "PUT"]).exactOptional(),
    url: z.url({ protocol: /^https?$/ }),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
);

const text = answering<string | undefined>("text", z.string().optional());

const why = z.string();
/** Epoch milliseconds within the range of `Date`. */
const notBefore = z.number().min(0).max(8.64e15).overwrite(Math.ceil);
const verdict = answering<Verdict>(
  "verdict",
  z.discriminatedUnion("verdict", [
    z.object({
      verdict: z.literal("accepted"),
      handle: z.string().min(1).exactOptional(),
      why: why.exactOptional(),
    }),
    z.object({ verdict: z.literal("retry"), why, notBefore: notBefore.exactOptional() }),
    z.object({ verdict: z.literal("refused"), why, fault: z.enum(["notice", "destination"]) }),
  ]),
);

/** Lets through only what a method may give; anything else is the plug-in's bug, and thrown. */
function answering<Answer>(noun: string, shape: z.ZodType<Answer>) {
  return (method: string, answer: unknown): Answer => {
    const { data, error } = shape.safeParse(answer);
    if (error) throw new TypeError(`its ${method} gives no ${noun}: ${z.prettifyError(error)}`);
    return data;
  };
}
