/** How the pages look. Each state has a colour and a sign; colours are those of the reader's scheme, light or dark. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f7f8f9, #101418);
  --card: light-dark(#fff, #181d23);
  --line: light-dark(#dde1e6, #2c343d);
  --text: light-dark(#1a2027, #e3e7eb);
  --quiet: light-dark(#566270, #97a3b0);
  --link: light-dark(#0b57b0, #80b6f5);
  --failed: light-dark(#b3171f, #ff8b87);
  --alarm: light-dark(#c8202a, #e5484d);
  --active: light-dark(#1b6e34, #6ccb86);
  --creating: light-dark(#0a5fae, #79b8ff);
  --warning: light-dark(#8a5300, #e5ae4c);
  --other: light-dark(#6b3fa0, #c4a2f2);
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0 auto; padding: 0 1rem 2rem; max-width: 84rem;
  font: .875rem/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums;
  background: var(--ground); color: var(--text); overflow-wrap: anywhere;
}
a { color: var(--link); text-decoration-color: color-mix(in srgb, currentcolor 40%, transparent); text-underline-offset: .15em; }
a:hover { text-decoration-color: currentcolor; }
header a, nav a, .list a { text-decoration: none; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1rem 0 .75rem; }
h1.well { color: var(--active); }
h1.bad { color: var(--failed); }
h2 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
h3 { font-size: .875rem; margin: 1rem 0 .25rem; }
h3 b { font-size: .8125rem; }
p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
ul, ol { list-style: none; }
small { font-size: .8125rem; font-weight: 400; color: var(--quiet); }
q { quotes: none; display: block; white-space: pre-wrap; border-left: 2px solid var(--line); padding-left: .5rem; margin: .125rem 0; }
pre { white-space: pre-wrap; margin: .25rem 0 0; font-size: .8125rem; }
time, dt, .told, footer { color: var(--quiet); }

header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .75rem 0; border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; color: inherit; }
form { display: flex; flex-wrap: wrap; gap: .375rem; flex: 1; justify-content: flex-end; min-width: 0; }
input, select, button {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .375rem;
  padding: .25rem .5rem; min-width: 0; max-width: 100%; min-height: 2rem;
}
input[type=search] { flex: 1 1 14rem; max-width: 26rem; }
select { max-width: 12rem; }
button { cursor: pointer; }
#lost { position: sticky; top: 0; z-index: 1; margin: 0 -1rem; padding: .5rem 1rem; font-weight: 600; background: var(--failed); color: var(--ground); }
footer { margin-top: 2rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: .8125rem; }

/* A state is a word with a sign before it. */
b { font-weight: 600; }
b::before { margin-right: .3em; }
.failed { color: var(--failed); } .failed::before { content: "✕" / ""; }
.active { color: var(--active); } .active::before { content: "●" / ""; }
.creating { color: var(--creating); } .creating::before { content: "◔" / ""; }
.deleted { color: var(--quiet); } .deleted::before { content: "–" / ""; }
.other { color: var(--other); } .other::before { content: "?" / ""; }
.none { color: var(--quiet); } .none::before { content: "○" / ""; }
b.warning { color: var(--warning); } b.warning::before { content: "▲" / ""; }
.blind { color: var(--warning); } .blind::before { content: "⊘" / ""; }

.watcher dl { display: flex; flex-wrap: wrap; gap: .375rem 1.75rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
.watcher dl > div { max-width: 100%; }
.watcher dt { font-size: .75rem; }
.watcher .odd { border-left: 3px solid var(--warning); padding-left: .5rem; }

.troubles { margin-top: .5rem; }
.troubles > li { border: 1px solid var(--line); border-left: 4px solid var(--warning); border-radius: .375rem; background: var(--card); padding: .5rem .75rem; margin-bottom: .5rem; }
.troubles > li.critical { border-left-color: var(--alarm); }
.troubles h3 { margin: 0; font-size: 1rem; }
.troubles dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .75rem; margin-top: .25rem; }

.list { columns: 26rem; column-gap: 1.5rem; }
.list > li { break-inside: avoid; padding: .1875rem 0; border-bottom: 1px solid var(--line); }
.list li > b:first-child { display: inline-block; min-width: 6.5rem; padding-right: .5rem; }
.list time { float: right; padding-left: .75rem; }
.list li li { padding-left: 1rem; color: var(--quiet); }
.list li li > b:first-child { min-width: 5.5rem; font-size: .75rem; }
.list .blind { margin-left: .75rem; }
.list .stale b:not(.blind) { color: var(--quiet); }
.list q { clear: both; margin-left: 1rem; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
progress { display: block; width: 100%; height: .5rem; accent-color: var(--creating); }

nav { display: flex; flex-wrap: wrap; gap: .25rem; margin-bottom: .5rem; }
nav a { padding: .125rem .625rem; border: 1px solid var(--line); border-radius: 1rem; }
nav a[aria-current] { background: var(--text); border-color: var(--text); color: var(--ground); }
figure { margin-bottom: .5rem; }
.patterns { position: absolute; width: 0; height: 0; }
.bar { display: block; width: 100%; height: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .25rem; }
rect.active { fill: color-mix(in srgb, var(--active) 70%, var(--card)); }
rect.failed { fill: url(#p-failed); } rect.creating { fill: url(#p-creating); } rect.deleted { fill: url(#p-deleted); }
rect.other { fill: url(#p-other); } rect.blind { fill: url(#p-blind); }
pattern rect { fill: var(--card); }
#p-failed { fill: color-mix(in srgb, var(--alarm) 55%, #000); } #p-failed rect { fill: var(--alarm); }
#p-creating { fill: var(--creating); } #p-deleted { fill: var(--quiet); } #p-other { fill: var(--other); }
#p-blind { stroke: var(--quiet); } #p-blind rect { stroke: none; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .8125rem; margin-top: .25rem; }
.legend svg { width: 1.25rem; height: .75rem; vertical-align: -.0625rem; margin-right: .375rem; border: 1px solid var(--line); }
.axis { display: flex; justify-content: space-between; color: var(--quiet); font-size: .8125rem; }

.timeline > li { padding: .5rem 0 .5rem .75rem; border-left: 2px solid var(--line); }
.timeline > .open { border-left-color: var(--alarm); }
.timeline h3 { margin: 0 0 .25rem; }
article { margin-bottom: .375rem; }
article b { font-size: .8125rem; }
ins { text-decoration: none; }
del { color: var(--quiet); }
.told { font-size: .8125rem; }
.told li { display: inline-block; margin-right: 1rem; }
.told b { font-weight: 600; }
.dead b { color: var(--failed); } .dead b::before { content: "✕" / ""; }
.accepted b::before { content: "✓" / ""; } .waiting b::before { content: "…" / ""; } .closed b::before { content: "–" / ""; }
.attributes div { display: grid; grid-template-columns: minmax(6rem, 11rem) 1fr; gap: .75rem; padding: .125rem 0; border-bottom: 1px solid var(--line); }

@media (max-width: 40rem) {
  body { padding: 0 .75rem 1.5rem; }
  #lost { margin: 0 -.75rem; }
  form { flex-basis: 100%; justify-content: stretch; }
  input[type=search] { flex-basis: 100%; max-width: none; }
  select { flex: 1; }
  .watcher dl { gap: .375rem 1.25rem; }
  .troubles dl { grid-template-columns: 1fr; }
  .attributes div { grid-template-columns: 1fr; gap: 0; }
}
`;
