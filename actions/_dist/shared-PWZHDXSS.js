var m=Object.defineProperty;var g=Object.getOwnPropertyDescriptor;var k=Object.getOwnPropertyNames;var j=Object.prototype.hasOwnProperty;var x=(e,r)=>{for(var i in r)m(e,i,{get:r[i],enumerable:!0})},U=(e,r,i,n)=>{if(r&&typeof r=="object"||typeof r=="function")for(let a of k(r))!j.call(e,a)&&a!==i&&m(e,a,{get:()=>r[a],enumerable:!(n=g(r,a))||n.enumerable});return e};var P=e=>U(m({},"__esModule",{value:!0}),e);var v={};x(v,{a:()=>f,b:()=>y,c:()=>d,d:()=>s,e:()=>p,f:()=>h,g:()=>$});module.exports=P(v);var l=require("./shared-646S23IE.js"),c=require("./shared-BKYP5VYS.js"),b=require("./shared-VMGPU52Y.js");function f(e){return`keys/${e}.asc`}function y(e,r){let i=[...(0,c.a)(e,d).entries()].map(([o,t])=>({key:o,text:t[0].format==="rpm"?C(t,r):S(t,r)})),n=e.filter(({format:o,area:t})=>o==="deb"&&t==="production"),a=[...(0,c.a)(n,({lane:o,os:t})=>`clients/${o}-${t}`)].map(([o,t])=>({key:`${o}/${t[0].lane.toUpperCase()}.pref`,text:_(t)}));return[...i,...a].sort((o,t)=>(0,b.b)(o.key,t.key))}function d(e){let r=`${s(e)}.${e.format==="rpm"?"repo":"sources"}`;return`${e.area==="product"?e.path:`clients/${e.lane}-${e.os}`}/${r}`}function s({area:e,part:r,lane:i,ppa:n}){let[,a="",o=""]=/^(.*)-(\d+)$/.exec(i)??[];return(0,l.e)({area:e,part:r,lane:{distribution:a,major:Number(o)},ppa:n})}function p({area:e}){return!(0,l.a)(e)&&e!=="candidate"}function C(e,{publicUrl:r,packageKeys:i,titles:n}){let[a]=e,o=a.path.replace(`/${a.os}/${a.arch}`,`/${a.os}/$basearch`),t=[f($(a)),...i].map(u=>`${r}/${u}`);return`[${s(a)}]
name=${s(a)} for ${n[`${a.os}/${a.arch}`]??a.os}
mirrorlist=${r}/${o}/mirrorlist
enabled=${p(a)?1:0}
gpgcheck=1
repo_gpgcheck=1
gpgkey=${t.join(`
       `)}
priority=1
skip_if_unavailable=0
`}function S(e,{publicUrl:r,publicKey:i,titles:n}){let a=i.trimEnd().split(`
`).map(o=>` ${o===""?".":o}`);return[...(0,c.a)(e,({path:o})=>o).values()].map(o=>{let[t]=o;return`# ${s(t)} for ${n[`${t.os}/${t.arch}`]??t.os}
X-Repolib-Name: ${s(t)}
Enabled: ${p(t)?"yes":"no"}
Types: deb
URIs: ${r}/${t.path}
Suites: ${t.suite}
Components: main
Architectures: ${o.map(({arch:u})=>u).join(" ")}
Signed-By:
${a.join(`
`)}
`}).join(`
`)}function h(e,r){return r.find(({distribution:i})=>i===$(e))?.platforms[`${e.os}/${e.arch}`]?.compression??"gz"}function $({lane:e}){return e.replace(/-\d+$/,"")}function _(e){let r=e.filter(p).map(i=>`Package: *
Pin: release o=${$(i).toUpperCase()},l=${s(i)}
Pin-Priority: 600
`);return[...new Set(r)].join(`
`)}0&&(module.exports={a,b,c,d,e,f,g});
