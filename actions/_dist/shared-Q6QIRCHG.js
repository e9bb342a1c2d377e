import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a}from"./shared-EVBXR2J3.js";import"./shared-3GPEFWR4.js";import"./shared-WYFUJF4I.js";import"./shared-RHCVXFAY.js";import"./shared-2IFHK4WE.js";import"./shared-OZF7S4JF.js";import"./shared-NLOKZ2NK.js";import"./shared-2JU27RXS.js";export{a as takeIn};
