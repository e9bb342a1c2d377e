import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a,b,c}from"./shared-NTBQWGG5.js";import"./shared-VMGPU52Y.js";import"./shared-NLOKZ2NK.js";import"./shared-2JU27RXS.js";export{b as about,c as each,a as s3Store};
