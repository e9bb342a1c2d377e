import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
function s(r,t){let n=new Map;for(let e of r){let o=n.get(t(e));o===void 0?n.set(t(e),[e]):o.push(e)}return n}export{s as a};
