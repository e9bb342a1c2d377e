import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
function l(t){let n=[0];for(let e=t.indexOf(`
`);e!==-1;e=t.indexOf(`
`,e+1))n.push(e+1);return e=>{let[i,r]=[0,n.length-1];for(;i<r;){let o=Math.ceil((i+r)/2);(n[o]??0)<=e?i=o:r=o-1}return{line:i+1,column:e-(n[i]??0)+1}}}function s(t,n){return t<n?-1:t>n?1:0}export{l as a,s as b};
