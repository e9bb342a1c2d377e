import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a as u,e as d}from"./shared-PQAZKRXT.js";import{b as l}from"./shared-R4HPPYH5.js";function p(n,r){let o=new Map;for(let e of n){let t=o.get(r(e));t===void 0?o.set(r(e),[e]):t.push(e)}return o}function m(n){return`keys/${n}.asc`}function C(n,r){return[...p(n,e=>{let t=e.format==="rpm"?"repo":"sources";return`clients/${e.lane}-${e.os}/${a(e)}.${t}`}).entries()].sort(([e],[t])=>l(e,t)).map(([e,t])=>({key:e,text:t[0].format==="rpm"?f(t,r):y(t,r)}))}function a({area:n,part:r,lane:o}){let[,e="",t=""]=/^(.*)-(\d+)$/.exec(o)??[];return d({area:n,part:r,lane:{distribution:e,major:Number(t)}})}function $({area:n}){return!u(n)&&n!=="candidate"}function f(n,{publicUrl:r,packageKeys:o,titles:e}){let[t]=n,c=t.path.replace(`/${t.os}/${t.arch}`,`/${t.os}/$basearch`),s=[m(b(t)),...o].map(i=>`${r}/${i}`);return`[${a(t)}]
name=${a(t)} for ${e[`${t.os}/${t.arch}`]??t.os}
mirrorlist=${r}/${c}/mirrorlist
enabled=${$(t)?1:0}
gpgcheck=1
repo_gpgcheck=1
gpgkey=${s.join(`
       `)}
priority=1
skip_if_unavailable=0
`}function y(n,{publicUrl:r,publicKey:o,titles:e}){let t=o.trimEnd().split(`
`).map(s=>` ${s===""?".":s}`);return[...p(n,({path:s})=>s).values()].map(s=>{let[i]=s;return`# ${a(i)} for ${e[`${i.os}/${i.arch}`]??i.os}
X-Repolib-Name: ${a(i)}
Enabled: ${$(i)?"yes":"no"}
Types: deb
URIs: ${r}/${i.path}
Suites: ${i.suite}
Components: main
Architectures: ${s.map(({arch:g})=>g).join(" ")}
Signed-By:
${t.join(`
`)}
`}).join(`
`)}function b({lane:n}){return n.replace(/-\d+$/,"")}export{p as a,m as b,C as c,a as d,$ as e,b as f};
