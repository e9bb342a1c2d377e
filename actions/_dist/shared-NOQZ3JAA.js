import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
const{gunzipSync:i}=require("node:zlib");import{a as n}from"./shared-WYFUJF4I.js";function f(r){return n("zstd",["-3","-q","-c"],{input:r})}async function u(r,t){return t.endsWith(".zst")?n("zstd",["-d","-q","-c"],{input:r}):i(r)}export{f as a,u as b};
