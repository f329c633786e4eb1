import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { localTime } from "../core/local-time.ts";
import { historyOf } from "./connection-history.ts";
import { spokenWith } from "./language.ts";
import { connectionMain, isRange, ranges } from "./page-connection.ts";
import { type Frame, framed, pagePolicy } from "./page-frame.ts";
import type { PageSource } from "./page-source.ts";
import { statusMain, statusSearch, verdict } from "./page-status.ts";
import { type Html, name, pathTo, type View } from "./page-view.ts";
import { watcherStrip } from "./page-watcher.ts";
import { presentOf } from "./present.ts";
import type { Wire } from "./serve.ts";

/** What people look at: the status page, and one for each connection. */
export function pages(source: PageSource): Hono<Wire> {
  const app = new Hono<Wire>();
  app.get("/", async (c) => {
    const { view, framing, titled, brand } = aspectOf(c, source);
    const { status, troubles } = await presentOf(source);
    const [notifiers, mutes] = [await source.notifiers(), await source.mutes()];
    const { q = "", state = "", project = "" } = c.req.query();
    const page = { status, troubles, filter: { q, state, project } };
    const isWell = troubles.length === 0;
    return answer(c, view, {
      ...framing,
      title: titled(verdict(view, page)),
      isWell,
      top: html`<header>${brand}${statusSearch(view, page)}</header>`,
      main: html`<h1 class="${isWell ? "well" : "bad"}">${verdict(view, page)}</h1>
${watcherStrip(view, { about: source.about(), status, notifiers, mutes })}
${statusMain(view, page)}`,
      path: [],
      query: { q, state, project },
    });
  });
  app.get("/connections/:project/:id", async (c) => {
    const { view, framing, titled, brand } = aspectOf(c, source);
    const { phrases } = view;
    const { project, id } = c.req.param();
    const asked = c.req.query("range") ?? "";
    const range = isRange(asked) ? asked : "24h";
    const frame = {
      ...framing,
      top: html`<header>${brand}<a href="${pathTo(view, [])}">← ${phrases.back}</a></header>`,
      path: ["connections", project, id],
      query: { range },
    };
    const { status, troubles, memory } = await presentOf(source);
    const connection = status.connections.find((one) => one.project === project && one.id === id);
    if (!connection) {
      const title = phrases.noSuchPage;
      const main = html`<h1>${title}</h1><p>${phrases.noSuchConnection}</p>`;
      return answer(c, view, { ...frame, title: titled(title), isWell: true, main }, 404);
    }
    const within = { from: view.now - ranges[range], until: view.now };
    const which = { project, id, memory: memory(project, id) };
    const history = await historyOf(source, which, within);
    const own = troubles.filter(
      ({ draft }) => draft.connection?.id === id && draft.project?.name === project,
    );
    return answer(c, view, {
      ...frame,
      title: titled(connection.name),
      isWell: !connection.bad,
      main: connectionMain(view, { connection, troubles: own, history, range }),
    });
  });
  return app;
}

/** How the one who asks is shown any page. */
function aspectOf(c: Context, { now, timezone, about }: PageSource) {
  const { language, phrases, chosen } = spokenWith(c);
  const installation = name(about().name);
  const zone = timezone();
  const view: View = {
    language,
    phrases,
    kept: chosen ? { lang: language } : {},
    now: now(),
    shown: localTime(zone),
  };
  const brand: Html = html`<a class="brand" href="${pathTo(view, [])}">${installation}</a>`;
  const titled = (title: string) => `${name(title)} · ${installation}`;
  return { view, framing: { timezone: zone }, titled, brand };
}

function answer(c: Context, view: View, frame: Frame, status: 200 | 404 = 200) {
  c.header("content-security-policy", pagePolicy);
  c.header("vary", "accept-language");
  return c.html(framed(view, frame), status);
}
