import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a,b,c}from"./shared-UHRACTOP.js";import"./shared-R4HPPYH5.js";import"./shared-SIYJPKRB.js";import"./shared-SHVQODRO.js";export{b as about,c as each,a as s3Store};
