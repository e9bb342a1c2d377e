/** The one style sheet of the forge's pages. */
export const STYLE = `
:root{color-scheme:light dark;--line:#d0d7de;--soft:#f6f8fa;--link:#0757b3;--text:#1f2328;--bg:#fff;--mute:#59636e}
@media (prefers-color-scheme:dark){:root{--line:#3d444d;--soft:#151b23;--link:#5aa7ff;--text:#e8edf2;--bg:#0d1117;--mute:#9198a1}}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--bg)}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
header{display:flex;justify-content:space-between;gap:1rem;flex-wrap:wrap;align-items:center;padding:.6rem 1.2rem;border-bottom:1px solid var(--line);background:var(--soft)}
nav{display:flex;gap:1.1rem;align-items:center;flex-wrap:wrap}.home{font-weight:700}.repo{font-weight:600}
.as{display:flex;gap:1rem;align-items:center;color:var(--mute)}
main{max-width:1040px;margin:1.2rem auto;padding:0 1.2rem}
h1{font-size:1.5rem;margin:.2rem 0 .6rem}h2{font-size:1.1rem;margin:1.6rem 0 .5rem}
h1 small{color:var(--mute);font-weight:400}
.label{display:inline-block;border-radius:1rem;padding:.05rem .6rem;margin:.1rem .25rem .1rem 0;font-size:.8rem;font-weight:600}
.badge{display:inline-block;border-radius:.3rem;padding:.05rem .5rem;font-size:.8rem;font-weight:600;background:#6e7781;color:#fff}
.badge.open,.badge.success,.badge.approved,.badge.completed{background:#1a7f37}.badge.merged{background:#8250df}
.badge.closed,.badge.failure,.badge.changes_requested,.badge.refused,.badge.timed_out{background:#cf222e}
.badge.in_progress,.badge.queued,.badge.pending,.badge.waiting,.badge.action_required{background:#9a6700}
table{border-collapse:collapse;width:100%;margin:.4rem 0}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--mute);font-weight:600;font-size:.85rem}
time,.mute{color:var(--mute);font-size:.85rem}
.card{border:1px solid var(--line);border-radius:.5rem;margin:.8rem 0;overflow:hidden}
.card>.head{background:var(--soft);padding:.35rem .8rem;border-bottom:1px solid var(--line);display:flex;gap:.6rem;align-items:center;flex-wrap:wrap}
.card>.body{padding:.4rem .8rem;overflow-x:auto}
.item{margin:.25rem 0 .25rem .8rem;padding-left:.8rem;border-left:2px solid var(--line)}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 260px;gap:1.6rem}@media (max-width:800px){.columns{grid-template-columns:1fr}}
aside section{border-bottom:1px solid var(--line);padding:.4rem 0 .8rem}aside h2{margin:.4rem 0;font-size:.9rem;color:var(--mute)}
textarea{width:100%;min-height:5.5rem;font:inherit;padding:.5rem;border:1px solid var(--line);border-radius:.4rem;background:var(--bg);color:inherit}
button,select,input{font:inherit;padding:.25rem .7rem;border:1px solid var(--line);border-radius:.4rem;background:var(--soft);color:inherit}
select,input{max-width:100%}
button{cursor:pointer;margin:.25rem .4rem .25rem 0}button.go{background:#1a7f37;color:#fff;border-color:#1a7f37}
.plain{display:inline}.plain button{border:0;background:none;padding:0 .2rem;margin:0;color:var(--mute)}
pre{background:var(--soft);padding:.6rem;border-radius:.4rem;overflow-x:auto;font:13px/1.4 ui-monospace,monospace}
code{font:13px ui-monospace,monospace;background:var(--soft);padding:.1rem .25rem;border-radius:.25rem}pre code{padding:0}
.notice{border:1px solid #cf222e;border-radius:.4rem;padding:.5rem .8rem;background:color-mix(in srgb,#cf222e 12%,transparent)}
.add{color:#1a7f37}.del{color:#cf222e}
ul.checks{list-style:none;padding:0;margin:0}ul.checks li{margin:.3rem 0}
`;
