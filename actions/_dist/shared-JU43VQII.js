import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
function o(r,n){let[i=[],t=[]]=[r,n].map(e=>e.split(".").map(Number));return(i[0]??0)-(t[0]??0)||(i[1]??0)-(t[1]??0)}function s({log:r}){return r[0]?.version??""}function u({catalogue:r},n){return[...r.values()].filter(i=>o(s(i),n)<=0)}export{o as a,s as b,u as c};
