import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
const{appendFile:r,mkdtemp:o,writeFile:s}=require("node:fs/promises");const{tmpdir:c}=require("node:os");const{join:t}=require("node:path");async function d(i){let e=await o(t(process.env.RUNNER_TEMP??c(),"evidence-")),n=t(e,"evidence.json");return await s(n,`${JSON.stringify(i,void 0,2)}
`),n}async function f(i){let e=process.env.GITHUB_STEP_SUMMARY;e!==void 0&&e!==""&&await r(e,`${i}
`)}export{d as a,f as b};
