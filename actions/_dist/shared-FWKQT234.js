import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a,b}from"./shared-ARXBITSV.js";import"./shared-CROF7TMW.js";import"./shared-YFKKXUX4.js";import"./shared-VMGPU52Y.js";import"./shared-NLOKZ2NK.js";import"./shared-2JU27RXS.js";export{a as differing,b as parsePublishedState};
