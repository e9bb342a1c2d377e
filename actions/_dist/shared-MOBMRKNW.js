import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{d,h as m}from"./shared-5XKNYFWT.js";import{a as p}from"./shared-BKYP5VYS.js";import{b as $}from"./shared-VMGPU52Y.js";function y(n){return`keys/${n}.asc`}function F(n,o){let s=[...p(n,g).entries()].map(([t,e])=>({key:t,text:e[0].format==="rpm"?b(e,o):k(e,o)})),r=n.filter(({format:t,area:e})=>t==="deb"&&e==="production"),a=[...p(r,({lane:t,os:e})=>`clients/${t}-${e}`)].map(([t,e])=>({key:`${t}/${e[0].lane.toUpperCase()}.pref`,text:x(e)}));return[...s,...a].sort((t,e)=>$(t.key,e.key))}function g(n){let o=`${c(n)}.${n.format==="rpm"?"repo":"sources"}`;return`${n.area==="product"?n.path:`clients/${n.lane}-${n.os}`}/${o}`}function c({area:n,part:o,lane:i,ppa:s}){let[,r="",a=""]=/^(.*)-(\d+)$/.exec(i)??[];return m({area:n,part:o,lane:{distribution:r,major:Number(a)},ppa:s})}function l({area:n}){return!d(n)&&n!=="candidate"}function b(n,{publicUrl:o,packageKeys:i,titles:s}){let[r]=n,a=r.path.replace(`/${r.os}/${r.arch}`,`/${r.os}/$basearch`),t=[y(u(r)),...i].map(e=>`${o}/${e}`);return`[${c(r)}]
name=${c(r)} for ${s[`${r.os}/${r.arch}`]??r.os}
mirrorlist=${o}/${a}/mirrorlist
enabled=${l(r)?1:0}
gpgcheck=1
repo_gpgcheck=1
gpgkey=${t.join(`
       `)}
priority=1
skip_if_unavailable=0
`}function k(n,{publicUrl:o,publicKey:i,titles:s}){let r=i.trimEnd().split(`
`).map(t=>` ${t===""?".":t}`);return[...p(n,({path:t})=>t).values()].map(t=>{let[e]=t;return`# ${c(e)} for ${s[`${e.os}/${e.arch}`]??e.os}
X-Repolib-Name: ${c(e)}
Enabled: ${l(e)?"yes":"no"}
Types: deb
URIs: ${o}/${e.path}
Suites: ${e.suite}
Components: main
Architectures: ${t.map(({arch:f})=>f).join(" ")}
Signed-By:
${r.join(`
`)}
`}).join(`
`)}function j(n,o){return o.find(({distribution:s})=>s===u(n))?.platforms[`${n.os}/${n.arch}`]?.compression??"gz"}function u({lane:n}){return n.replace(/-\d+$/,"")}function x(n){let o=n.filter(l).map(i=>`Package: *
Pin: release o=${u(i).toUpperCase()},l=${c(i)}
Pin-Priority: 600
`);return[...new Set(o)].join(`
`)}export{y as a,F as b,g as c,c as d,l as e,j as f,u as g};
