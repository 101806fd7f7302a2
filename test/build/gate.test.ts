// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are code under test
import { describe, expect, test } from 'vitest';
import { EdgeBuildRefusedError, gate, printViolations } from '../../build/gate/gate.ts';
import { NjsRefused, njsPath, runInNjs } from '../support/tools/njs.ts';
import { viewerRequestEvent } from '../support/values/viewer-event.ts';

const njs = njsPath();

/** A handler with this body. */
const inHandler = (body: string): string => `async function handler(event) {\n${body}\n}\n`;

/** njs cannot compile this code. Other code that would crash njs is never run. */
const NOT_IN_NJS = 'class {}';

/** Rules, each with the body of a handler that breaks it. */
const REFUSED_BODIES: readonly (readonly [rule: string, body: string])[] = [
  ['await-in-arguments', 'return JSON.parse(await event);'],
  ['await-in-arguments', 'throw new Error(await event);'],
  ['await-in-arguments', 'return String({ a: [await event] });'],
  ['await-in-arguments', 'return String(`${(await event)}`);'],
  [
    'await-in-arguments',
    `try { if (event) { return String((await event)); } } catch (e) { return ${NOT_IN_NJS}; }`,
  ],
  ['await-in-arguments', `return ${NOT_IN_NJS} || String\`\${await event}\`;`],
  ['await-in-arguments', 'return (await event).toFixed(await event);'],
  ['floating-promise', 'event.kvs.get("a");'],
  ['floating-promise', 'handler(event);'],
  ['class', 'class A {} return new A();'],
  ['class', 'return new (class {})();'],
  ['default-parameter', 'const f = (a = 1) => a; return f();'],
  ['default-parameter', 'return (function (a, b = a) { return b; })(1);'],
  ['destructuring', 'const { request } = event; return request;'],
  ['destructuring', 'const [a] = event; return a;'],
  ['destructuring', 'return (({ request }) => request)(event);'],
  ['spread', 'return String(...event);'],
  ['spread', 'return [...event];'],
  ['spread', 'return { ...event };'],
  ['for-of', 'for (const a of event) { return a; }'],
  ['for-of', 'for await (const a of event) { return a; }'],
  ['generator', 'return (function* () {})();'],
  ['generator', 'return (async function* () {})();'],
  ['optional-chaining', 'return event?.request;'],
  ['nullish-coalescing', 'return event ?? 1;'],
  ['nullish-coalescing', 'let a; a ??= event; return a;'],
  ['nullish-coalescing', 'let a; a ||= event; return a;'],
  ['nullish-coalescing', 'let a = 1; a &&= event; return a;'],
  ['catch-binding', 'try { return event; } catch { return 1; }'],
  ['bigint', 'return 1n;'],
  ['unknown-name', 'return BigInt(1);'],
  ['meta-property', 'return new.target;'],
  ['meta-property', 'return import.meta;'],
  ['regexp', 'return /a/u;'],
  ['regexp', 'return /a.b/s;'],
  ['regexp', 'return /a/v;'],
  ['regexp', 'return /a/d;'],
  ['regexp', 'return new RegExp("a", "gu");'],
  ['regexp', 'return RegExp("a", "s");'],
  ['regexp', 'return /a[^]b/;'],
  ['module', 'return import("crypto");'],
  ['module', 'return require("fs");'],
  ['module', 'return require("cloudfront");'],
  ['module', 'return require("cry" + "pto");'],
  ['console', 'console.log("a", event);'],
  ['console', 'console.log();'],
  ['console', 'console.error("a");'],
  ['console', 'console["warn"]("a");'],
  ['static-member', 'return Object.fromEntries([]);'],
  ['static-member', 'return Object.hasOwn(event, "a");'],
  ['static-member', 'return Array.from(event);'],
  ['static-member', 'return Array["from"](event);'],
  ['static-member', 'return String.raw;'],
  ['static-member', 'return Symbol.iterator;'],
  ['static-member', 'return globalThis.Map;'],
  ['method', 'return event.matchAll(/a/g);'],
  ['method', 'return event.at(-1);'],
  ['method', 'return event.flat();'],
  ['method', 'return event.flatMap(String);'],
  ['method', 'return event.findLast(Boolean);'],
  ['method', 'return event.replaceAll("a", "b");'],
  ['method', 'return event.localeCompare("a");'],
  ['method', 'return event.normalize();'],
  ['method', 'return event.toLocaleString();'],
  ['digest', 'const crypto = require("crypto"); return crypto.createHash("sha512");'],
  ['digest', 'const crypto = require("crypto"); return crypto.createHmac("sha384", "k");'],
];

const MISSING_GLOBALS =
  `Map Set WeakMap WeakSet Proxy Reflect Intl URL URLSearchParams structuredClone fetch setTimeout
  setInterval setImmediate clearTimeout queueMicrotask eval Function process crypto escape performance`.split(
    /\s+/,
  );

/** Rules, each with a whole file that breaks it. */
const REFUSED_FILES: readonly (readonly [rule: string, code: string])[] = [
  ['syntax', 'function handler( {'],
  ['syntax', 'with (a) {}'],
  ['top-level-await', 'await 1;\nfunction handler(event) { return event; }'],
  ['export', 'function handler(event) { return event; }\nexport { handler };'],
  ['export', 'export default function handler(event) { return event; }'],
  ['export', 'export * from "crypto";\nfunction handler(event) { return event; }'],
  ['import', 'import fs from "fs";\nfunction handler(event) { return event; }'],
  ['import', 'import crypto from "crypto";\nimport cf from "cloudfront";\nfunction handler(e) { return e; }'],
  ['import', '\nimport cf from "cloudfront";\nfunction handler(event) { return event; }'],
  ['import', 'import { kvs } from "cloudfront";\nfunction handler(event) { return event; }'],
  ['import', 'import * as cf from "cloudfront";\nfunction handler(event) { return event; }'],
  ['handler', 'function handle(event) { return event; }'],
  ['handler', 'const handler = (event) => event;'],
  ['handler', 'function* handler(event) { return event; }'],
  ['handler', '{ function handler(event) { return event; } }'],
  ['size', `function handler(event) { return "${'x'.repeat(10_240)}"; }`],
];

const PASSES: readonly string[] = [
  'const value = await event; return String(value);',
  'return (await event).request;',
  'await handler(event); await event.kvs.get("a"); event.list.push(1); String(event);',
  'return [await event, { a: await event }];',
  'return `${await event}`;',
  'return event.map(async (item) => { const value = await item; return value; });',
  'if (!(await event)) { return 1; } return await event ? 1 : 2;',
  'for (const key in event) { if (key === "a") { continue; } return event[key]; }',
  'a: for (let i = 0; i < 3; i++) { do { break a; } while (true); }',
  'const rest = (...list) => list.length; return rest(1, 2) ** 2;',
  'const o = { event, [event]: 1, get x() { return 1; }, f() { return 1; } }; return o;',
  'try { return decodeURIComponent(event); } catch (error) { console.log(`bad ${error}`); } finally { event.x = 1; }',
  'return /^(?<name>[a-z]+)[\\]^][[^\\]]$/gimy.exec(event).groups.name;',
  'const crypto = require("crypto"); return crypto.createHmac("sha256", "k").update("a").digest("hex");',
  'const b = Buffer.from("a"); return Object.assign({}, b, { m: Math.max(1, 2), d: Date.now(), j: JSON.parse("1") });',
  'return (function () { return arguments.length; }).apply(undefined, [1]);',
  'const name = "at"; return event[name] + event.keys + typeof event;',
  'return new RegExp("a", "g").test(event) && event.split(",").includes("a");',
];

const rulesOf = (code: string): string[] => gate(code, 'router.js').map(({ rule }) => rule);

/** True if njs neither runs a file to its end nor reports its fault. */
function endsBySignal(code: string): boolean {
  try {
    runInNjs(String(njs), code, [{ kvs: {}, event: viewerRequestEvent() }]);
    return false;
  } catch (error) {
    return error instanceof NjsRefused && error.message.includes('ended with SIG');
  }
}

test.skipIf(njs === undefined)('no code in this file crashes njs', () => {
  const bodies = [...REFUSED_BODIES.map(([, body]) => body), ...PASSES];
  const files = [...bodies.map(inHandler), ...REFUSED_FILES.map(([, code]) => code)];
  expect(files.filter(endsBySignal)).toEqual([]);
});

describe('the gate', () => {
  test.each(REFUSED_BODIES)('refuses, by the rule %s, %s', (rule, body) => {
    expect(rulesOf(inHandler(body))).toContain(rule);
  });

  test.each(MISSING_GLOBALS)('refuses the global %s, which does not exist at the edge', (name) => {
    expect(rulesOf(inHandler(`return ${name};`))).toEqual(['unknown-name']);
  });

  test.each(REFUSED_FILES)('refuses, by the rule %s, the file %j', (rule, code) => {
    expect(rulesOf(code)).toContain(rule);
  });

  test.each(PASSES)('accepts %s', (body) => {
    expect(gate(inHandler(body), 'router.js')).toEqual([]);
  });

  test('accepts a function with imports, constants and helpers', () => {
    const code = `import cf from 'cloudfront';
import crypto from 'crypto';
const BASE_DOMAIN = "dev.example.com", kvs = cf.kvs();
var count = 0;
function helper(list) { let sum = 0; list.forEach((item) => { sum += item; }); return sum; }
async function handler(event) {
  count = count + 1;
  const value = await kvs.get(BASE_DOMAIN);
  const read = () => value + count + crypto.createHash('md5').update(value).digest('hex');
  return helper([read().length]);
}
`;
    expect(gate(code, 'router.js')).toEqual([]);
  });

  test('reports the place, the reason and the remedy', () => {
    const [violation] = gate(inHandler('  return JSON.parse(await event);'), 'dist/edge/router.js');
    expect(violation).toEqual({
      file: 'dist/edge/router.js',
      line: 2,
      column: 21,
      rule: 'await-in-arguments',
      message: "await inside a call's arguments",
      remedy: 'await into a const of its own first, then pass the const',
    });
  });

  test('reports every violation in the order of the code', () => {
    const violations = gate(inHandler('new Map();\nnew Set();\nreturn event?.a;'), 'f.js');
    expect(violations.map(({ line, rule }) => [line, rule])).toEqual([
      [2, 'unknown-name'],
      [3, 'unknown-name'],
      [4, 'optional-chaining'],
    ]);
    expect(printViolations(violations)).toMatch(/^f\.js:2:5 unknown-name: Map .*\n {4}use a plain object/);
    expect(new EdgeBuildRefusedError(violations).message).toContain(printViolations(violations));
  });
});
