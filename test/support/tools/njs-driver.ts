import type { NjsCase } from './njs.ts';

/**
 * The `cloudfront` module. njs finds it by its exact name, and the driver by `globalThis.edge`. It is as cheap as possible,
 * because CloudFront's own is not JavaScript. One error serves all missing keys, since each new one costs 0.5 ms in njs.
 */
export const SHIM = `
const edge = { kvs: {}, reads: 0, origin: undefined, log: undefined };
globalThis.edge = edge;
const missing = new Error('KeyNotFound');
const store = {
  get: function (key) {
    edge.reads++;
    const value = edge.kvs[key];
    return value === undefined ? Promise.reject(missing) : Promise.resolve(value);
  },
};
export default {
  kvs: function () { return store; },
  updateRequestOrigin: function (origin) { edge.origin = origin; },
  logCustomData: function (line) { edge.log = line; },
};
`;

/** The file that the driver writes into the folder of njs. */
export const OUTCOMES = 'outcomes.jsonl';

/**
 * Runs after the function. As in production, each request has its own parsed event. No closure captures a local of an async
 * function, because njs copies them at each await. Outcomes go to a file, one per line, because njs prints only the first 2,048
 * bytes.
 */
export const DRIVER = `
// A function that imports nothing has not loaded the shim.
const driven = globalThis.edge || { reads: 0 };
const files = require('fs');
const spec = JSON.parse(files.readFileSync(process.argv[2], 'utf8'));
for (let i = 0; i < spec.cases.length; i++) {
  // Without a prototype: a host named constructor is not in the store.
  spec.cases[i].kvs = Object.assign(Object.create(null), spec.cases[i].kvs);
}
// A new value each time: a handler may change it, and njs keeps an index of the characters with a string that it has searched.
function valueOf(at) {
  const long = spec.long[at];
  return typeof long === 'string' ? (' ' + long).slice(1) : JSON.parse(long.json);
}
function eventOf(one) {
  const event = JSON.parse(one.event);
  for (let i = 0; i < one.long.length; i++) {
    const path = one.long[i].path;
    let holder = event;
    for (let n = 0; n < path.length - 1; n++) holder = holder[path[n]];
    holder[path[path.length - 1]] = valueOf(one.long[i].at);
  }
  if (one.raw === undefined) return event;
  const raw = valueOf(one.raw);
  event.request.rawQueryString = function () { return raw; };
  return event;
}
function begin(one) {
  driven.kvs = one.kvs;
  driven.reads = 0;
  driven.origin = undefined;
  driven.log = undefined;
}
function report(outcome) {
  if (spec.quiet) return;
  Object.assign(outcome, { reads: driven.reads, log: driven.log });
  files.appendFileSync(process.argv[3], JSON.stringify(outcome) + '\\n');
}
async function drive() {
  for (let i = 0; i < spec.requests; i++) {
    const one = spec.cases[i % spec.cases.length];
    const event = eventOf(one);
    begin(one);
    try {
      const result = await handler(event);
      report({ ok: true, result: result, origin: driven.origin });
    } catch (error) {
      report({ ok: false, error: String(error) });
    }
  }
  if (spec.quiet) files.appendFileSync(process.argv[3], String(njs.memoryStats.size));
}
async function driveGroups() {
  for (let i = 0; i < spec.cases.length; i += spec.together) {
    const group = spec.cases.slice(i, i + spec.together);
    const events = group.map(eventOf);
    files.accessSync('/');
    for (let n = 0; n < group.length; n++) {
      driven.kvs = group[n].kvs;
      try {
        await handler(events[n]);
      } catch (error) {
        // The result of each case comes from another process.
      }
    }
    files.lstatSync('/');
  }
}
if (spec.together > 0) driveGroups();
else drive();
`;

/** Which requests the driver makes, and which reports. */
export type Plan =
  | {
      /** Of the cases in turn. */
      requests: number;
      /** Reports the memory of njs at the end, instead of an outcome of each request. */
      quiet: boolean;
    }
  | {
      /** Each case once, in groups of this size, whose begin and end it marks for callgrind. */
      together: number;
    };

/** Characters from which a text or a list of an event is long. */
const LONG = 200;

/** A value of an event that the driver puts in: its place, and its index in the list of long values. */
interface Long {
  path: readonly string[];
  at: number;
}

/** The driver's input. Long values stand apart, each once, because njs takes longer to parse them than to run the requests. */
export function printSpec(cases: readonly NjsCase[], plan: Plan): string {
  const places = new Map<string, number>();
  const placeOf = (value: unknown): number => {
    const json = JSON.stringify(value);
    const at = places.get(json) ?? places.size;
    places.set(json, at);
    return at;
  };
  const printed = cases.map(({ kvs, event }) => {
    const raw = event.request.rawQueryString?.();
    const long: Long[] = [];
    const short = withoutLong(event, [], (path, value) => long.push({ path, at: placeOf(value) }));
    const parts = { kvs, event: JSON.stringify(short), long };
    return raw === undefined ? parts : { ...parts, raw: placeOf(raw) };
  });
  const long = [...places.keys()].map((json) => (json.startsWith('[') ? { json } : JSON.parse(json)));
  return JSON.stringify({ cases: printed, long, ...plan });
}

/** The value with an empty text in place of each long text or list. */
function withoutLong(
  value: unknown,
  path: readonly string[],
  onLong: (path: readonly string[], value: unknown) => void,
): unknown {
  if (typeof value === 'string' || Array.isArray(value)) {
    if (JSON.stringify(value).length < LONG) return value;
    onLong(path, value);
    return '';
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [
    key,
    withoutLong(each, [...path, key], onLong),
  ]);
  return Object.fromEntries(entries);
}
