import { hash } from "node:crypto";
import { z } from "zod";
import type { ListedConnection, Listing, ListOptions } from "../core/listing.ts";
import type { ConnectionKind, Failure, Observation } from "../core/model.ts";
import type { HttpReply } from "../http.ts";
import type { Answer, Unread } from "./answer.ts";
import type { Ask, Question } from "./ask.ts";
import { openReply, text } from "./envelope.ts";
import { unreadable } from "./errors.ts";
import type { DliProject } from "./project.ts";
import { readItem } from "./replies.ts";
import { listPage, type Page } from "./request.ts";

/** Lists the connections of a kind. */
export type List = (kind: ConnectionKind, options?: ListOptions) => Promise<Listing>;

/** Connections on a page of the enhanced list. */
export const pageSize = 100;
/** Nobody has as many: a list that does not end is no list. */
const mostPages = 100;
/** For one page; the basic list is a single one. */
const limits = { attemptMs: 30_000, totalMs: 60_000, maxBytes: 16 << 20 };

/** Lists a project's connections, a page after the other: all of them or none. */
export function createLister(project: DliProject, ask: Ask): List {
  const { host } = new URL(project.endpoint);
  const pageOf = createPages(project);
  return async (kind, { pages = mostPages, signal, tags } = {}) => {
    const found = new Map<string, ListedConnection>();
    for (let asked = 0; asked < Math.min(pages, mostPages); asked++) {
      const page = { kind, offset: found.size, limit: pageSize, tags };
      const answer = await ask(pageOf(page), { signal, spentMs: 0, renewed: false });
      if (answer.failure) return unlisted(answer);
      const twice = answer.content.find((connection) => !added(found, connection));
      if (twice) return { outcome: "failed", failure: listedTwice(host, twice) };
      if (kind === "basic" || answer.content.length < pageSize) {
        return { outcome: "read", connections: [...found.values()] };
      }
    }
    return pages < mostPages
      ? { outcome: "longer" }
      : { outcome: "failed", failure: endless(host, kind) };
  };
}

function unlisted({ failure, noSuchApi }: Unread): Listing {
  return { outcome: "failed", failure, ...(noSuchApi && { noSuchApi }) };
}

/** Whether it was not there before. */
function added(found: Map<string, ListedConnection>, connection: ListedConnection): boolean {
  const before = found.size;
  found.set(connection.id.toLowerCase(), connection);
  return found.size > before;
}

/** Most pages say what they said before: the same text is read once, and gives the very same connections. Of the text, which is longer than they are, a digest is kept. */
function createPages(project: DliProject): (page: Page) => Question<readonly ListedConnection[]> {
  const { host } = new URL(project.endpoint);
  const last = new Map<
    string,
    { readonly digest: string; readonly answer: Answer<readonly ListedConnection[]> }
  >();
  return (page) => ({
    request: listPage(project, page),
    limits,
    absent(message) {
      const wayOut = `check endpoint, region and project_id (${project.projectId})`;
      return { failure: { cause: "address", message: `${message} – ${wayOut}` } };
    },
    read(reply) {
      const place = JSON.stringify(page);
      const known = last.get(place);
      const digest = hash("sha256", reply.body);
      if (known?.digest === digest) return known.answer;
      const answer = readPage(page.kind, reply, host);
      if (answer.content) last.set(place, { digest, answer });
      return answer;
    },
  });
}

function readPage(
  kind: ConnectionKind,
  reply: HttpReply,
  host: string,
): Answer<readonly ListedConnection[]> {
  const { content, problem } = openReply(list, reply.body);
  if (problem !== undefined) {
    const about = `the list of ${kind} connections`;
    return { failure: unreadable(reply, { host, about, problem }) };
  }
  return {
    content: content.connections.map(({ said, ...connection }) => ({
      kind,
      ...connection,
      ...(kind === "enhanced" && {
        observation: observe(said, { id: connection.id, reply, host }),
      }),
    })),
  };
}

function observe(
  said: unknown,
  { id, reply, host }: { readonly id: string; readonly reply: HttpReply; readonly host: string },
): Observation {
  const { snapshot, problem } = readItem(id, said);
  if (snapshot) return { outcome: "snapshot", snapshot };
  const about = `the enhanced connection ${id}`;
  return { outcome: "failed", failure: unreadable(reply, { host, about, problem }) };
}

/** An item of either list. Its id must do for an address and for the configuration file; what else is wrong with it, it alone suffers from. */
const item = z
  .looseObject({})
  .transform((said) => ({ ...said, said }))
  .pipe(
    z.object({
      connection_id: text,
      id: text,
      name: text.catch(""),
      state: text.catch(""),
      status: text.catch(""),
      said: z.looseObject({}),
    }),
  )
  .transform(({ connection_id, id, name, state, status, said }) => ({
    id: connection_id || id,
    name,
    state: state || status,
    said,
  }))
  .refine(({ id }) => /^[A-Za-z0-9-]{1,64}$/.test(id), "has no id of a connection");

const list = z.object({ connections: z.array(item) });

/** An offset that is ignored, or a list that changed between two pages: another connection may be missing. */
function listedTwice(host: string, { kind, id }: ListedConnection): Failure {
  const message = `${host} lists the ${kind} connection ${id} twice: its pages do not fit together – nothing to do here unless it lasts`;
  return { cause: "server", message };
}

function endless(host: string, kind: ConnectionKind): Failure {
  const message = `${host} lists more than ${mostPages * pageSize} ${kind} connections, which is more than is read – name those to watch`;
  return { cause: "server", message };
}
