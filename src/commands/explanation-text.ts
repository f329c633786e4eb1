import type { ShowTime, Step } from "../core/steps.ts";
import { oneLine, visibleText } from "../core/text.ts";
import type { Payload } from "../notify/payload.ts";
import type { ExplainedNotice } from "./explained-notice.ts";
import { type Cell, formatTable, type Output } from "./table.ts";

interface Showing {
  readonly show: ShowTime;
  readonly timezone: string;
  readonly output: Output;
}

/** An explanation for people: how it comes about, then each notice with its routes, its notifiers, and what they are sent. */
export function explanationText(
  {
    steps,
    notices,
  }: { readonly steps: readonly Step[]; readonly notices: readonly ExplainedNotice[] },
  showing: Showing,
): string {
  const rows = steps.map(({ step, verdict, why }) => [step, verdict, why]);
  return [
    ...(rows.length > 0 ? [formatTable(["STEP", "VERDICT", "WHY"], rows, showing.output)] : []),
    ...(notices.length === 0 ? ["Nothing would be told."] : []),
    ...notices.flatMap((notice) => noticeParts(notice, showing)),
  ].join("\n\n");
}

function noticeParts(notice: ExplainedNotice, showing: Showing): readonly string[] {
  return [
    heading(notice, showing),
    routesPart(notice, showing),
    formatTable(
      ["NOTIFIER", "STEP", "VERDICT", "WHY"],
      notice.notifiers.flatMap(stepRows),
      showing.output,
    ),
    ...notice.notifiers.flatMap(({ notifier, type, payload }) =>
      payload ? [`${notifier} (${type}) is sent:\n${indented(payloadText(payload))}`] : [],
    ),
  ];
}

function heading({ event }: ExplainedNotice, { show, timezone }: Showing): string {
  const { id, type, time, data } = event;
  const incident = data.incident ? `, incident ${data.incident}` : "";
  return [
    oneLine(data.title),
    `${data.severity}, ${type}, ${show(Date.parse(time))} (${timezone})`,
    `event ${id}${incident}`,
  ].join("\n");
}

const unasked = {
  told: "No route is asked: it is for those who were told of the problem.",
  named: "No route is asked: it is for those whom it names.",
  flapping: "No route is asked: it is told to nobody while the state flaps.",
  repeated: "No route is asked: what it says was told before.",
} as const;

function routesPart({ asked, routes }: ExplainedNotice, { output }: Showing): string {
  if (asked !== "routes") return unasked[asked];
  if (routes.length === 0) return "There are no routes: everyone is told everything.";
  const rows = routes.map(({ number, match, notify, against }): readonly Cell[] => [
    `${number}`,
    match,
    notify.join(", "),
    against.length === 0 ? { text: "matches", style: "green" } : "does not match",
    against.map(againstText).join("; "),
  ]);
  return formatTable(["ROUTE", "MATCH", "TELLS", "VERDICT", "WHY"], rows, output);
}

function againstText({
  key,
  values,
}: ExplainedNotice["routes"][number]["against"][number]): string {
  if (key === "not") return "it is what `not` excludes";
  return values.length > 0 ? `${key} is ${values.join(", ")}` : `it has no ${key}`;
}

function stepRows({
  notifier,
  steps,
}: ExplainedNotice["notifiers"][number]): readonly (readonly Cell[])[] {
  return steps.map(({ step, verdict, why }, index) => [
    index === 0 ? notifier : "",
    step,
    verdict,
    why,
  ]);
}

function payloadText(payload: Payload): string {
  switch (payload.payload) {
    case "request": {
      const { method, url, headers, body } = payload;
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      return [`${method} ${url}`, ...lines, "", pretty(body)].join("\n");
    }
    case "text":
      return payload.text.trimEnd();
    case "unknown":
      return payload.why;
    default:
      return payload satisfies never;
  }
}

/** JSON with line breaks; `--json` has every byte as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}

function indented(text: string): string {
  return visibleText(text).replace(/^(?=.)/gm, "  ");
}
