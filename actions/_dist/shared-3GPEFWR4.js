import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a as t,b as r,c as o}from"./shared-OZF7S4JF.js";function n(e){return t(o(r(e)))}export{n as a};
