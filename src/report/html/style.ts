/** The whole look of report.html. Drawings are made for white paper, so they keep a white card in the dark. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1f2328; --muted: #59636e; --line: #d1d9e0; --soft: #f6f8fa;
  --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; --warn-bg: #fff8c5; }
@media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --fg: #e6edf3; --muted: #9198a1; --line: #3d444d;
  --soft: #151b23; --good: #4cc267; --bad: #f47067; --warn: #d9a72a; --warn-bg: #272115; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 74rem; background: var(--bg); color: var(--fg);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.75rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; overflow-wrap: anywhere; }
p, ul { margin: .4rem 0; } ul { padding-left: 1.25rem; } li { margin: .15rem 0; overflow-wrap: anywhere; }
.lead, .how { color: var(--muted); } .note { color: var(--warn); font-weight: 600; }
.caveats { background: var(--warn-bg); border-left: 3px solid var(--warn); padding: .3rem .75rem; margin: .6rem 0;
  border-radius: 0 6px 6px 0; }
.scroll { overflow-x: auto; margin: .6rem 0; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .6rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { background: var(--soft); font-weight: 600; } tbody tr:last-child td { border-bottom: 0; }
.claims th, .claims td { white-space: normal; vertical-align: top; min-width: 11rem; } .claims p { margin: .2rem 0; font-weight: 400; }
.claims ul { padding-left: 1rem; } .holds { color: var(--good); } .limits { color: var(--warn); } .fails { color: var(--bad); }
.n { text-align: right; } .best { color: var(--good); font-weight: 600; }
figure { margin: 1.25rem 0 2rem; } figcaption h3 { margin: 0; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: .5rem; margin-top: .6rem; overflow-x: auto; }
.card svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; margin: .6rem 0; }
.pictures figure { margin: 0; } .pictures figcaption { font-size: .875rem; margin-top: .35rem; }
.pictures img, .gone { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px; }
.gone { display: grid; place-items: center; aspect-ratio: 4 / 3; background: var(--soft); color: var(--muted); }
code, pre { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow-x: auto; }
details { margin: .6rem 0; } summary { cursor: pointer; font-weight: 600; }
@media print { body { max-width: none; } .card, .scroll { overflow: visible; } }
`;
