import { bindingKey } from "../../src/core/bindings.ts";
import type { ConnectionMemory, Incident } from "../../src/core/memory.ts";
import { attributeFields } from "../../src/core/model.ts";
import type { ListedMute } from "../../src/core/mute-list.ts";
import { isoTime } from "../../src/core/notice.ts";
import { type NotifierStatus, notifiersOf } from "../../src/core/notifier-status.ts";
import { type Delivery, deliveryStates, restingLane } from "../../src/core/outbox.ts";
import { openMemoryStore } from "../../src/store/memory.ts";
import type { Store, StoredEvent } from "../../src/store/store.ts";
import type { PageSource } from "../../src/web/page-source.ts";
import { hostileEvent, hostileTexts } from "./hostile.ts";
import { queue, snapshot } from "./snapshots.ts";
import { delivery, observationRun } from "./store-samples.ts";
import { aboutWatcher } from "./web-app.ts";

/** Each would set this if it were executed. */
const mark = "window.pwned=1";
const payloads = [
  `<script>${mark}</script>`,
  `<img src=x onerror=${mark}>`,
  `<svg/onload=${mark}>`,
  `<iframe srcdoc="<script>parent.${mark}</script>">`,
  `<details open ontoggle=${mark}>`,
  `<a href="javascript:${mark}" autofocus onfocus=${mark}>x</a>`,
  `<style>*{display:none}</style><meta http-equiv=refresh content="0;url=//evil.example">`,
  `<base href=//evil.example/><form action=//evil.example><button id=x>`,
  `javascript:${mark}//`,
];
/** What it might stand in, and has to be left first. */
const escapes = [
  "",
  '">',
  "'>",
  "</title>",
  "</style>",
  "</script>",
  "</option></select>",
  "-->",
  "]]>",
];
const disguises: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase().replaceAll("WINDOW.PWNED", "window.pwned"),
  (text) => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  encodeURIComponent,
  (text) => text.replaceAll("<", "<\0").replaceAll(" ", "/"),
];
const attributes = [
  `" onmouseover="${mark}" x="`,
  `' autofocus onfocus='${mark}`,
  `x onload=${mark} y`,
];

/** Texts that would be executed, or break the page, if one of them were taken for anything but text. */
export const pageTexts: readonly string[] = [
  ...new Set([
    ...hostileTexts,
    ...attributes,
    ...payloads.flatMap((payload) => escapes.map((out) => out + payload)),
    ...payloads.flatMap((payload) => disguises.map((disguise) => disguise(payload))),
  ]),
];

const now = Date.UTC(2026, 10, 24, 3);
const before = now - 3_600_000;
const blind = { polls: 3, episode: 0, since: before, begunAt: before, cause: "server" } as const;
const incident: Incident = { id: "i", openedAt: before, severity: "critical", told: [] };

/** The texts, so many for each connection. */
const share = 12;
const shares = Array.from({ length: Math.ceil(pageTexts.length / share) }, (_, index) =>
  pageTexts.slice(index * share, (index + 1) * share),
);

/** The paths of all its pages. */
export const hostilePaths = ["/", ...shares.map((_, index) => `/connections/prod/c${index}`)];

/** An installation in which everything that others may choose is one of these texts. */
export async function hostileInstallation(): Promise<PageSource & { readonly store: Store }> {
  const store = openMemoryStore();
  const events = shares.flatMap((texts, index) => texts.map((text) => eventOf(text, `c${index}`)));
  const connections = shares.map((texts, index) => {
    const id = `c${index}`;
    return { project: "prod", id, memory: memoryOf(texts, id) };
  });
  await store.commit({
    connections,
    events,
    deliveries: events.flatMap(deliveriesOf),
    observations: connections.map(({ id: connection }) =>
      observationRun({ connection, firstAt: before, lastAt: now }),
    ),
  });
  const labels = shares.map((texts) => Object.fromEntries(texts.map((text) => [text, text])));
  const elsewhere = [{ id: "c", labels: {} }];
  return {
    store,
    remembered: () => store.memories(),
    projects: () => [
      {
        name: "prod",
        project_id: "p",
        connections: labels.map((own, index) => ({ id: `c${index}`, labels: own })),
      },
      ...pageTexts.map((name) => ({ name, project_id: "p", connections: elsewhere })),
    ],
    now: () => now,
    timezone: () => "UTC",
    explain: ({ errMsg = "" }) => ({ cause: errMsg, action: errMsg, link: errMsg }),
    notifiers: async () => pageTexts.flatMap(notifiersBy),
    mutes: async () => pageTexts.map(muteBy),
    about: () => ({
      ...aboutWatcher,
      name: pageTexts.join(" "),
      trouble: pageTexts,
      configuration: { loadedAt: before, problems: pageTexts },
    }),
  };
}

let sequence = 0;

function eventOf(text: string, connection: string): StoredEvent {
  sequence += 1;
  const event = { ...hostileEvent(text), id: `e${sequence}`, time: isoTime(before) };
  const { id, type } = event;
  const json = JSON.stringify(event);
  return { id, sequence, time: before, type, project: "prod", connection, json };
}

function deliveriesOf(event: StoredEvent): readonly Delivery[] {
  const text = pageTexts[event.sequence - 1] ?? "";
  return deliveryStates.map((state) =>
    delivery(event, { id: `${state}-${event.id}`, state, notifier: text, lastError: text }),
  );
}

function notifiersBy(text: string): readonly NotifierStatus[] {
  const failing = { ...restingLane, failing: { ...incident, error: text, probes: 1 } };
  const late = delivery(eventOf(text, "c"), { notifier: text });
  return notifiersOf([{ name: text, type: text, fallback: text }], {
    lanes: { memory: () => failing, waiting: () => [late], awaited: () => [`${text}?`] },
    deadLetters: new Map([[text, 1]]),
    now,
  });
}

function muteBy(name: string): ListedMute {
  const until = isoTime(now);
  return { id: name, name, match: name, on: true, until, from: undefined };
}

function memoryOf(texts: readonly string[], id: string): ConnectionMemory {
  const [first = "", second = "", third = ""] = texts;
  const queues = texts.flatMap((text) => [
    queue(text, { state: "FAILED", errMsg: text, peerId: text }),
    queue(text, { state: text, peerId: "odd" }),
  ]);
  return {
    snapshot: snapshot({
      id,
      state: first,
      errMsg: second,
      attributes: Object.fromEntries(
        attributeFields.map((field, index) => [field, texts.at(-index) ?? ""]),
      ),
      bindings: { queue: queues, pool: null },
    }),
    connection: { since: before, incident },
    bindings: Object.fromEntries(
      queues.map((row) => [bindingKey(row), { since: before, incident }]),
    ),
    pending: {},
    blindness: { ...blind, message: third },
    unreachable: incident,
    seenAt: before,
  };
}
