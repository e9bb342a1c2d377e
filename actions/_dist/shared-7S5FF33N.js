import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{d,h as $}from"./shared-FJVBVJ2Q.js";import{b as u}from"./shared-R4HPPYH5.js";function p(r,o){let i=new Map;for(let s of r){let t=i.get(o(s));t===void 0?i.set(o(s),[s]):t.push(s)}return i}function m(r){return`keys/${r}.asc`}function H(r,o){let s=[...p(r,n=>{let e=n.format==="rpm"?"repo":"sources";return`clients/${n.lane}-${n.os}/${a(n)}.${e}`}).entries()].map(([n,e])=>({key:n,text:e[0].format==="rpm"?y(e,o):b(e,o)})),t=r.filter(({format:n,area:e})=>n==="deb"&&e==="production"),c=[...p(t,({lane:n,os:e})=>`clients/${n}-${e}`)].map(([n,e])=>({key:`${n}/${e[0].lane.toUpperCase()}.pref`,text:k(e)}));return[...s,...c].sort((n,e)=>u(n.key,e.key))}function a({area:r,part:o,lane:i}){let[,s="",t=""]=/^(.*)-(\d+)$/.exec(i)??[];return $({area:r,part:o,lane:{distribution:s,major:Number(t)}})}function l({area:r}){return!d(r)&&r!=="candidate"}function y(r,{publicUrl:o,packageKeys:i,titles:s}){let[t]=r,c=t.path.replace(`/${t.os}/${t.arch}`,`/${t.os}/$basearch`),n=[m(f(t)),...i].map(e=>`${o}/${e}`);return`[${a(t)}]
name=${a(t)} for ${s[`${t.os}/${t.arch}`]??t.os}
mirrorlist=${o}/${c}/mirrorlist
enabled=${l(t)?1:0}
gpgcheck=1
repo_gpgcheck=1
gpgkey=${n.join(`
       `)}
priority=1
skip_if_unavailable=0
`}function b(r,{publicUrl:o,publicKey:i,titles:s}){let t=i.trimEnd().split(`
`).map(n=>` ${n===""?".":n}`);return[...p(r,({path:n})=>n).values()].map(n=>{let[e]=n;return`# ${a(e)} for ${s[`${e.os}/${e.arch}`]??e.os}
X-Repolib-Name: ${a(e)}
Enabled: ${l(e)?"yes":"no"}
Types: deb
URIs: ${o}/${e.path}
Suites: ${e.suite}
Components: main
Architectures: ${n.map(({arch:g})=>g).join(" ")}
Signed-By:
${t.join(`
`)}
`}).join(`
`)}function f({lane:r}){return r.replace(/-\d+$/,"")}function k(r){let o=r.filter(l).map(i=>`Package: *
Pin: release o=${f(i).toUpperCase()},l=${a(i)}
Pin-Priority: 600
`);return[...new Set(o)].join(`
`)}export{p as a,m as b,H as c,a as d,l as e,f};
