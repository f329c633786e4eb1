/**
 * Brings a page up to date when something happens: asks for it again and takes over what is in `<main>`. Waits while
 * text is marked, keeps the link that has the focus, and says so when the watcher does not answer. A page that nobody looks
 * at gives its stream back, of which a browser has few, and looks by itself now and then: its title and icon tell.
 */
export const script = `
"use strict";
(() => {
  const lost = document.getElementById("lost");
  let asking = false;
  let again = false;
  function take(next) {
    const main = document.querySelector("main");
    const at = main.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    main.replaceWith(next);
    const links = at === null ? [] : [...next.querySelectorAll("a")];
    links.find((link) => link.getAttribute("href") === at)?.focus({ preventScroll: true });
  }
  async function refresh() {
    if (!getSelection().isCollapsed) return;
    if (asking) { again = true; return; }
    asking = true;
    again = false;
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(20000) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("main");
      if (!next) throw new Error("no page");
      take(document.adoptNode(next));
      document.title = page.title;
      document.querySelector("link[rel=icon]").href = page.querySelector("link[rel=icon]").href;
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    }
    setTimeout(() => { asking = false; if (again) refresh(); }, 500);
  }
  let events;
  function listen() {
    events?.close();
    if (document.hidden) return;
    events = new EventSource("/api/v1/events");
    for (const type of ["transition", "change", "error"]) events.addEventListener(type, refresh);
  }
  listen();
  document.addEventListener("visibilitychange", listen);
  setInterval(refresh, 30000);
})();
`;
