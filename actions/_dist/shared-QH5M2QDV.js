import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a,b}from"./shared-3A4CGZDB.js";import"./shared-KKQ2EAM5.js";export{a as differing,b as parsePublishedState};
