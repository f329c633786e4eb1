import { isUnseen } from "./diff.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Announce, ConfiguredConnection, Draft, NoticeContext } from "./draft.ts";
import type { Event, EventConnection, EventProject, FieldChange } from "./event.ts";
import type { Snapshot } from "./model.ts";
import { truncate } from "./text.ts";
import type { Told } from "./told.ts";
import { wording } from "./wording.ts";

/** A committed notice and the notifiers that are or will be told. */
export interface AddressedEvent {
  readonly event: Event;
  readonly notifiers: readonly string[];
}

/** Gives out ids (ULIDs) and the events' sequence. */
export interface Numbering {
  newId(): string;
  nextSequence(): number;
}

/** Collects what one decision announces, in order. */
export function announcer(
  context: NoticeContext,
  dispatch: Dispatch,
  numbering: Numbering,
): {
  readonly announce: Announce;
  readonly announced: readonly AddressedEvent[];
  /** Words what is told within another notice: it is no event of its own, and has no place in their sequence. */
  readonly word: (draft: Draft) => Event;
} {
  const announced: AddressedEvent[] = [];
  const announce: Announce = (draft) => {
    const event = toEvent(draft, context, numbering);
    const notifiers = dispatch(event, draft);
    announced.push({ event, notifiers });
    return notifiers;
  };
  const word = (draft: Draft) => toEvent(draft, context, { ...numbering, nextSequence: () => 0 });
  return { announce, announced, word };
}

/** The connection as events show it; `name` is the configured one, which goes before the API's. */
export function eventConnection(
  { id, name, labels }: ConfiguredConnection,
  snapshot: Snapshot | undefined,
): EventConnection {
  if (!snapshot) return { id, name: name ?? id, labels };
  const { attributes, process, createdAt } = snapshot;
  return {
    id,
    kind: snapshot.kind,
    ...(!isUnseen(snapshot) && { state: snapshot.state }),
    ...attributes,
    name: name ?? (attributes.name || id),
    ...(process !== undefined && { process }),
    ...(createdAt !== undefined && { create_time: isoTime(createdAt) }),
    labels,
  };
}

/** ISO 8601 in UTC with milliseconds. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Words one draft. */
export function toEvent(draft: Draft, context: NoticeContext, numbering: Numbering): Event {
  const { installation, observedAt, explain } = context;
  const told = toldOf(draft, context.project);
  const { project } = told.data;
  const { title, summary } = wording(told, "en");
  const hint = explain?.(draft);
  const time = isoTime(observedAt);
  return {
    specversion: "1.0",
    id: numbering.newId(),
    source: [installation, ...(project ? [project.name] : [])].map(encoded).join("/"),
    type: told.type,
    time,
    subject: subjectOf(draft),
    datacontenttype: "application/json",
    data: {
      severity: draft.severity,
      title,
      summary,
      ...(hint && { hint }),
      ...told.data,
      observed_at: time,
      sequence: numbering.nextSequence(),
    },
  };
}

/** What the draft itself says, as the event has it; what it does not say is absent. */
export function toldOf(draft: Draft, ofDecision?: EventProject): Told {
  const { connection, project = ofDecision } = draft;
  const data = {
    ...(project && { project }),
    ...(connection && { connection }),
    ...detailsOf(draft),
  };
  return { type: `dli-watch.${draft.type}`, data };
}

function detailsOf(draft: Draft) {
  const { name, type, peerId } = draft.resource;
  return {
    resource: { type, name, ...(peerId && { peer_id: peerId }) },
    ...(draft.from && { from: draft.from }),
    ...(draft.to && { to: draft.to }),
    ...(draft.errMsg && { err_msg: bounded(draft.errMsg) }),
    ...(draft.changed && draft.changed.length > 0 && { changed: draft.changed.map(boundedChange) }),
    ...(draft.cause && { cause: draft.cause }),
    ...(draft.lastKnown && { last_known: draft.lastKnown.en, last_known_zh: draft.lastKnown.zh }),
    ...(draft.flapping && { flapping: flappingOf(draft.flapping) }),
    ...(draft.gapMs !== undefined && { gap_ms: draft.gapMs }),
    ...(draft.meanwhile && { meanwhile: draft.meanwhile }),
    ...aboutTelling(draft),
    ...(draft.reportedAt !== undefined && { reported_at: isoTime(draft.reportedAt) }),
    ...(draft.previousForMs !== undefined && { previous_for_ms: draft.previousForMs }),
    ...(draft.incident && { incident: draft.incident }),
  };
}

function flappingOf({ changes, since, forMs }: NonNullable<Draft["flapping"]>) {
  return { changes, since: isoTime(since), for_ms: forMs };
}

function aboutTelling({ undelivered, notifier, items, counts, muted }: Draft) {
  return {
    ...(undelivered && { undelivered }),
    ...(notifier && { notifier }),
    ...(items && { items }),
    ...(counts && { counts }),
    ...(muted !== undefined && { muted }),
  };
}

/** Longer texts of the cloud's are cut: receivers refuse what is larger than a megabyte, and the alert would be lost. */
const longestText = 32_000;

function bounded(text: string): string {
  return truncate(text, longestText);
}

function boundedChange({ field, from, to }: FieldChange): FieldChange {
  return { field, from: bounded(from), to: bounded(to) };
}

function subjectOf({ resource, connection }: Draft): string {
  const own = encoded(resource.name || resource.peerId || "");
  switch (resource.type) {
    case "connection":
      return `connections/${encoded(connection?.id ?? "")}`;
    case "queue":
    case "pool":
      return `connections/${encoded(connection?.id ?? "")}/${resource.type}s/${own}`;
    case "project":
    case "notifier":
    case "mute":
      return `${resource.type}s/${own}`;
    default:
      return resource.type satisfies never;
  }
}

/** Percent-encoded; half a surrogate pair, which has no encoding, becomes U+FFFD. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
