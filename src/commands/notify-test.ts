import { ulid } from "ulid";
import { systemClock } from "../clock.ts";
import { type Config, type NotifierConfig, secretsOf } from "../config/config.ts";
import { didYouMean, formatPath } from "../config/problems.ts";
import { toEvent } from "../core/notice.ts";
import { type Scrub, scrubber } from "../core/secret.ts";
import { oneLine, truncate } from "../core/text.ts";
import type { Loaded } from "../daemon/daemon.ts";
import { type ExitStatus, exitStatus, UserError } from "../errors.ts";
import { createHttp, type Http, type HttpReply } from "../http.ts";
import { type ExchangeAs, teller } from "../notify/http.ts";
import type { StoredEvent, Verdict } from "../notify/notifier.ts";
import { readConfig } from "./config.ts";
import { exchangeOnce } from "./exchange-once.ts";
import { adviceOn } from "./notify-advice.ts";
import { formatTable } from "./table.ts";

/** Sends a test notice to all notifiers, or those with the given names, and prints what became of it; nothing is stored. */
export async function notifyTest(
  file: string,
  { names, json }: { readonly names: readonly string[]; readonly json: boolean },
): Promise<ExitStatus> {
  const loaded = await readConfig(file);
  const { config } = loaded;
  refuseUnknown(config, names);
  await using http = createHttp({ clock: systemClock, proxies: config.proxies });
  const scrub = scrubber(secretsOf(config));
  const tested = await Promise.all(
    config.notifiers
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map(async (notifier) => told(notifier, await attempt(notifier, loaded, http), scrub)),
  );
  process.stdout.write(json ? `${JSON.stringify(tested, undefined, 2)}\n` : report(tested));
  return tested.every(({ verdict }) => verdict === "accepted") ? exitStatus.ok : exitStatus.bad;
}

function refuseUnknown({ notifiers }: Config, names: readonly string[]): void {
  const known = notifiers.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UserError(
    `no notifier is called ${unknown}${didYouMean(unknown, known)}; these are: ${known.join(", ")}`,
    exitStatus.configuration,
  );
}

interface Attempt {
  readonly verdict: Verdict;
  /** Absent where nothing came back, or nothing was asked over HTTP. */
  readonly reply: HttpReply | undefined;
  /** Epoch milliseconds, after it. */
  readonly now: number;
  /** Templates that could not be filled in, and why. */
  readonly faults: readonly string[];
}

/** One attempt through the door of all notices; the answer is overheard. */
async function attempt(
  { name, type, options, voice }: NotifierConfig,
  { config, types }: Loaded,
  http: Http,
): Promise<Attempt> {
  const notifier = types.get(type);
  if (!notifier) throw new Error(`No notifier of type ${type} is loaded`);
  let reply: HttpReply | undefined;
  const faults: string[] = [];
  const overheard: Http = {
    ...http,
    async exchange(request, limits) {
      const outcome = await http.exchange(request, limits);
      reply = outcome.reply;
      return outcome;
    },
  };
  const exchangeAs: ExchangeAs = async (project, ...sent) => {
    const outcome = await exchangeOnce(config, project, ...sent);
    reply = outcome.reply;
    return outcome;
  };
  const tell = teller({ http: overheard, exchangeAs, clock: systemClock });
  const event = testEvent(config.name, name);
  const verdict = await tell(notifier, {
    event,
    options,
    voice,
    report: (fault) => faults.push(fault),
    number: 1,
  });
  return { verdict, reply, now: systemClock.now(), faults };
}

function testEvent(installation: string, name: string): StoredEvent {
  const now = systemClock.now();
  const event = toEvent(
    { type: "test", severity: "info", resource: { type: "notifier", name }, routed: false },
    { installation, observedAt: now },
    { newId: () => ulid(now), nextSequence: () => 0 },
  );
  return { event, json: JSON.stringify(event) };
}

/** As `--json` prints it; no secret in it. */
function told(
  { name, type }: NotifierConfig,
  { verdict, reply, now, faults }: Attempt,
  scrub: Scrub,
) {
  const date = reply?.headers["date"] ?? "";
  const path = formatPath(["notifiers", name]);
  return {
    notifier: name,
    type,
    verdict: verdict.verdict,
    ...("fault" in verdict && { fault: verdict.fault }),
    answer: "why" in verdict ? scrub(verdict.why) : answerOf(reply, scrub),
    advice: [
      ...faults.map((fault) => `The standard wording was sent, since ${path}.${scrub(fault)}.`),
      ...adviceOn({ verdict, path, now, date }),
    ],
  };
}

/** In characters. */
const longestAnswer = 200;

function answerOf(reply: HttpReply | undefined, scrub: Scrub): string {
  if (!reply) return "";
  return truncate(oneLine(scrub(`${reply.status} ${reply.body}`)), longestAnswer);
}

const styles = { accepted: "green", retry: "yellow", refused: "red" } as const;

function report(tested: readonly ReturnType<typeof told>[]): string {
  const table = formatTable(
    ["NOTIFIER", "TYPE", "VERDICT", "ANSWER"],
    tested.map(({ notifier, type, verdict, answer }) => [
      notifier,
      type,
      { text: verdict, style: styles[verdict] },
      answer,
    ]),
    process.stdout,
  );
  const advice = tested.flatMap(({ notifier, advice }) =>
    advice.map((line) => `${notifier}: ${line}`),
  );
  return `${[table, ...advice].join("\n\n")}\n`;
}
