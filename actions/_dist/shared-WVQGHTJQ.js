import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a,b}from"./shared-GEL53P5Q.js";import"./shared-E7ZQRNE3.js";import"./shared-R4HPPYH5.js";import"./shared-SIYJPKRB.js";import"./shared-SHVQODRO.js";export{a as differing,b as parsePublishedState};
