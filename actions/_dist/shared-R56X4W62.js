var y=Object.defineProperty;var G=Object.getOwnPropertyDescriptor;var K=Object.getOwnPropertyNames;var W=Object.prototype.hasOwnProperty;var Z=(t,e)=>{for(var a in e)y(t,a,{get:e[a],enumerable:!0})},_=(t,e,a,n)=>{if(e&&typeof e=="object"||typeof e=="function")for(let r of K(e))!W.call(t,r)&&r!==a&&y(t,r,{get:()=>e[r],enumerable:!(n=G(e,r))||n.enumerable});return t};var J=t=>_(y({},"__esModule",{value:!0}),t);var ct={};Z(ct,{a:()=>k,b:()=>D,c:()=>f,d:()=>j,e:()=>H,f:()=>I,g:()=>A,h:()=>z,i:()=>E,j:()=>P,k:()=>C,l:()=>x,m:()=>m,n:()=>N,o:()=>S,p:()=>F,q:()=>g,r:()=>M,s:()=>R,t:()=>q,u:()=>B,v:()=>V,w:()=>L});module.exports=J(ct);var c=require("./shared-PWZHDXSS.js"),p=require("./shared-RBFOTA5D.js"),Q="body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d0d7de;vertical-align:top}code,pre{font:13px/1.5 ui-monospace,monospace}td code{word-break:break-all}pre{background:#f6f8fa;padding:.8rem;overflow:auto}td:nth-child(-n+3){white-space:nowrap}.r{text-align:right;white-space:nowrap}",X=30;function z(t,e,a){let n=e.id.replace(/[.+]/g,"\\$&"),r=new RegExp(`<tr data-of="${n}"><td>([^<]*)</td>.*?<code>([0-9a-f]{64})</code>`,"g"),o=[...(t??"").matchAll(r)].map(([,d="",Y=""])=>({since:d,snapshot:Y})),i=o.filter(({snapshot:d})=>d!==e.snapshot),l=new Date(a.getTime()-X*864e5).toISOString(),u=e.area==="production"||e.area==="candidate",[b={snapshot:e.snapshot,since:a.toISOString().slice(0,16)}]=o[0]?.snapshot===e.snapshot?o:[];return[b,...i.filter(({since:d})=>u||d>l)]}function E(t,e){let[a]=t;return v(a.head.path,t.map(n=>tt(n,e)).join(""))}function P(t){return v("Packages",`<base href="../">
${U(t)}`)}function C(t){let e=t.map(({head:{path:a,area:n,suite:r,os:o,arch:i,...l},count:u})=>`<tr><td><a href="${s(a)}/index.html">${s((0,c.d)({area:n,...l}))}</a></td><td>${s(o)} ${s(i)}</td><td>${s(r??"")}</td><td class="r">${u}</td></tr>
`);return v("Repositories",`<table><thead><tr><th>repository</th><th>platform</th><th>suite</th><th class="r">packages</th></tr></thead>
<tbody>
${e.join("")}</tbody></table>`)}function tt({head:t,count:e,packages:a,snapshots:n},r){let{os:o,arch:i,suite:l,snapshot:u}=t,b=l===void 0?`${o} ${i}`:`${o} ${i}, suite ${l}`;return`<h2>${s((0,c.d)(t))} <small>${s(b)}</small></h2>
<p>Snapshot <code>${u}</code>, ${e} packages.</p>
<pre>${s(rt(t,r))}</pre>
${typeof a=="string"?U(a):`<ul>
${a.map(nt).join("")}</ul>
`}<h3>Snapshots</h3>
<p>${s(at(t,r))}</p>
<table><thead><tr><th>first shown (UTC)</th><th>snapshot</th></tr></thead>
<tbody>
${n.map(d=>et(d,t)).join("")}</tbody></table>
`}function et({snapshot:t,since:e},{id:a,suite:n}){let r=n===void 0?"repodata/repomd.xml":`dists/${s(n)}/InRelease`;return`<tr data-of="${s(a)}"><td>${s(e)}</td><td><a href="snapshots/${t}/${r}"><code>${t}</code></a></td></tr>
`}function at({path:t,suite:e},a){let n=`${a}/${t}/snapshots/SNAPSHOT`;return e===void 0?`To stay at one of them: baseurl=${n}/ in the place of the mirrorlist.`:`To stay at one of them: URIs: ${n}, or with apt 3 apt-get --snapshot SNAPSHOT update.`}function nt({key:t,first:e,last:a,count:n}){return`<li><a href="${s(t)}">${s(e)} \u2013 ${s(a)}</a> (${n})</li>
`}function U(t){return`<table><thead><tr><th>package</th><th>version</th><th>arch</th><th class="r">bytes</th><th>PPA</th><th>sha256</th></tr></thead>
<tbody>
${t}</tbody></table>
`}function x({name:t,version:e,arch:a,size:n,sha256:r,file:o},i){return`<tr><td><a href="${s((0,p.b)(r,o))}">${s(t)}</a></td><td>${s(e)}</td><td>${s(a)}</td><td class="r">${n}</td><td>${s(i)}</td><td><code>${r}</code></td></tr>
`}function rt(t,e){let a=(0,c.d)(t),n=`${e}/${(0,c.c)(t)}`,r=(0,c.e)(t);if(t.format==="rpm"){let l=r?"":`--enablerepo=${a} `;return`${T(t,e)}curl -o /etc/yum.repos.d/${a}.repo ${n}
dnf ${l}install NAME`}let o=`/etc/apt/sources.list.d/${a}.sources`,i=r?`curl -o ${o} ${n}`:`curl ${n} | sed 's/^Enabled: no/Enabled: yes/' > ${o}`;return`${T(t,e)}${i}
apt-get update && apt-get install NAME`}function T({area:t,lane:e,os:a,format:n},r){if(t!=="production")return"";let o=`${e.replace(/-\d+$/,"")}-release.${n}`,i=`${r}/clients/${e}-${a}/${o}`;return`# all repositories with their key, and from then on by upgrades
${n==="rpm"?`dnf install ${i}`:`curl -O ${i} && apt-get install ./${o}`}
# or this one alone
`}function v(t,e){return`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${s(t)}</title><style>${Q}</style></head>
<body>
<h1>${s(t)}</h1>
${e}
</body>
</html>
`}var ot={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;"};function s(t){return t.replace(/[&<>"']/g,e=>ot[e])}function k(t){return t.map(({stanza:e,sha256:a,file:n})=>e.replace(`Filename: ${p.a}`,()=>`Filename: ${(0,p.b)(a,n)}`)).map(e=>`${e}
`).join("")}function D(t){let e=[["Origin",t.origin],["Label",t.label],["Suite",t.suite],["Codename",t.suite],["Date",O(t.date)],["Valid-Until",O(t.validUntil)],...t.optional?[["NotAutomatic","yes"],["ButAutomaticUpgrades","yes"]]:[],["Acquire-By-Hash","yes"],...t.snapshots===void 0?[]:[["Snapshots",t.snapshots]],["Architectures",t.architectures.join(" ")],["Components","main"],["Description",t.description]],a=t.files.map(({sha256:n,size:r,path:o})=>` ${n} ${String(r).padStart(9)} ${o}
`);return`${e.map(([n,r])=>`${n}: ${r}
`).join("")}SHA256:
${a.join("")}`}function O(t){return t.toUTCString().replace("GMT","UTC")}var m=["primary","filelists","other"],h="http://linux.duke.edu/metadata",st={primary:{element:"metadata",namespaces:`xmlns="${h}/common" xmlns:rpm="${h}/rpm"`},filelists:{element:"filelists",namespaces:`xmlns="${h}/filelists"`},other:{element:"otherdata",namespaces:`xmlns="${h}/other"`}};function N(t,e){let{element:a,namespaces:n}=st[t];return{head:`<?xml version="1.0" encoding="UTF-8"?>
<${a} ${n} packages="${e}">
`,tail:`</${a}>`}}function S(t,e){return e.map(a=>t==="primary"?it(a):a[t]).join("")}function it({primary:t,sha256:e,file:a}){return t.replace(`<location href="${p.a}"/>`,()=>`<location href="${(0,p.b)(e,a)}"/>`)}function F(t,e){let a=e.map(({type:n,href:r,sha256:o,size:i,openSize:l})=>`  <data type="${n}">
    <checksum type="sha256">${o}</checksum>
    <location href="${r}"/>
    <size>${i}</size>
    <open-size>${l}</open-size>
  </data>
`);return`<?xml version="1.0" encoding="UTF-8"?>
<repomd xmlns="${h}/repo" xmlns:rpm="${h}/rpm">
  <revision>${t}</revision>
${a.join("")}</repomd>
`}var f={length:0,open:0,crc:0},j=Uint8Array.of(31,139,8,0,0,0,0,0,0,3),H=j.length+10;function I({crc:t,open:e}){let a=new Uint8Array(10),n=new DataView(a.buffer);return a[0]=3,n.setUint32(2,t,!0),n.setUint32(6,e%2**32,!0),a}function A(t,e){return{length:t.length+e.length,open:t.open+e.open,crc:(w(pt(e.open),t.crc)^e.crc)>>>0}}var lt=3988292384;function w(t,e){let[a,n]=[0,e];for(let r=2147483648;r!==0;r>>>=1)(t&r)!==0&&(a^=n),n=(n&1)===0?n>>>1:n>>>1^lt;return a>>>0}var $=[8388608];function pt(t){let e=2147483648;for(let[a,n]=[t,0];a>0;a=Math.floor(a/2),n+=1)n===$.length&&$.push(w($[n-1]??0,$[n-1]??0)),a%2===1&&(e=w($[n]??0,e));return e}var g={deb:{deflated:["packages"],open:["Packages","page"]},rpm:{deflated:m,open:["page"]}};function M({totals:t,start:e},a,n){let r=i=>t[i]?.length??0,o=n.slice(0,n.indexOf(a));return[e+o.reduce((i,l)=>i+r(l),0),r(a)]}function R(t){return[...g[t].deflated,...g[t].open]}function q(t,e){return e(t.map(({digest:a,sha256:n,file:r})=>`${a} ${(0,p.b)(n,r)}
`).join(""))}function B(t,e){let a=t.map((o,i)=>x(o,e[i]??"")).join(""),n=t.filter(o=>o.format==="deb");if(n.length>0){let o=k(n);return{packages:o,Packages:o,page:a}}let r=t.filter(o=>o.format==="rpm");return{...Object.fromEntries(m.map(o=>[o,S(o,r)])),page:a}}function V(t,e){let a=n=>t.reduce((r,{pieces:o})=>A(r,o[n]??f),f);return{count:t.reduce((n,{count:r})=>n+r,0),totals:Object.fromEntries(e.map(n=>[n,a(n)]))}}function L(t){return t.reduce((e,{count:a})=>e+a,0)}0&&(module.exports={a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w});
