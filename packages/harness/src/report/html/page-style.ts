const LIGHT = `
  --paper: #ffffff; --panel: #f5f7f9; --line: #d9dee3;
  --ink: #1c2127; --muted: #5b6570; --grid: #e3e7eb;
  --shaped: #0072b2; --unshaped: #d55e00; --pre-ln: #009e73; --post-ln: #b8578f;
  --depth-scaled: #b98300; --chain: #7a3fb0;
  --pass: #1a7f4b; --fail: #b3261e; --open: #8a6100;
  --healthy: #d3ecdf; --collapse: #0072b2; --blow-up: #e69f00;`;

const DARK = `
  --paper: #14181c; --panel: #1d2328; --line: #343c44;
  --ink: #e8ecef; --muted: #a3adb7; --grid: #2c343b;
  --shaped: #56b4e9; --unshaped: #ff8b3d; --pre-ln: #2fc79a; --post-ln: #e48fc0;
  --depth-scaled: #e6b23a; --chain: #c49bf0;
  --pass: #5fd39a; --fail: #ff8a80; --open: #e6b23a;
  --healthy: #24493b; --collapse: #56b4e9; --blow-up: #e69f00;`;

/** The page's style sheet: light and dark, two columns where there is room, and print. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 1260px;
  background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
}
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.45rem; margin: 2.6rem 0 .8rem; padding-top: .6rem; border-top: 1px solid var(--line); }
article > .banner:first-child { margin-top: 1.4rem; }
h3 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
p { max-width: 75ch; margin: .4rem 0; }
a { color: var(--shaped); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .86em; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem; overflow-x: auto; }
.note { color: var(--muted); font-size: .93rem; }
.formula { font-family: "STIX Two Text", "Cambria", "Georgia", "DejaVu Serif", serif; }
.formula sub { font-size: .72em; line-height: 0; }
figcaption > .formula { font-family: inherit; }
.banner { background: var(--panel); border: 1px solid var(--line); border-left: 6px solid var(--shaped); border-radius: 6px; padding: .9rem 1.1rem; }
.banner p { max-width: none; }
.banner .main { font-size: 1.15rem; font-weight: 600; }
.verdict { font-weight: 700; white-space: nowrap; }
.verdict.pass { color: var(--pass); }
.verdict.fail { color: var(--fail); }
.verdict.inconclusive { color: var(--open); }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin: 1rem 0; font-size: .93rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 1.4rem 1.6rem; margin-top: 1rem; align-items: start; }
figure { margin: 0; break-inside: avoid; }
figure.wide { grid-column: 1 / -1; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { color: var(--muted); font-size: .86rem; line-height: 1.45; margin-top: .3rem; max-width: 95ch; }
figcaption b { color: var(--ink); }
figcaption .of { display: block; color: var(--ink); margin-top: .15rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: .1rem 1.6rem; margin: .6rem 0; font-size: .93rem; }
.facts div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid var(--line); padding: .2rem 0; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
details { margin: .5rem 0; }
summary { cursor: pointer; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .88rem; margin: .6rem 0; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .32rem .7rem .32rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--muted); border-bottom: 1.5px solid var(--muted); font-size: .84rem; }
th small { display: block; color: var(--muted); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 1.4rem; }
footer { margin-top: 3rem; color: var(--muted); font-size: .86rem; }
@media print {
  :root { ${LIGHT} }
  body { max-width: none; padding: 0; font-size: 11pt; }
  nav { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  h2, h3 { break-after: avoid; }
  tr { break-inside: avoid; }
}
`;
