import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import querystring from 'node:querystring';
import vm from 'node:vm';
import { DIGESTS, GLOBALS, PROTOTYPES } from '../../../build/gate/surface.ts';
import type { Milliseconds } from '../../../core/wire/brands.ts';

/** What the world outside does for a function while it runs. */
export interface Host {
  /** The same during one run, as at the edge. */
  now(): Milliseconds;
  read(key: string): string | undefined;
  /** What was given to `cf.updateRequestOrigin`. */
  origin(origin: unknown): void;
  log(line: string): void;
  print(line: string): void;
}

/** How a run ended; a promise that never settles leaves no outcome. */
export type RunOutcome = { kind: 'answer'; value: unknown } | { kind: 'threw'; error: unknown };

/** Called at each turn of a loop. */
export type Tick = () => void;

/** A compiled function: makes fresh module scope and returns its handler. */
export type Factory = (load: (module: string) => unknown, tick: Tick) => unknown;

/** A world with the documented surface of CloudFront Functions 2.0 and nothing else. */
export interface Realm {
  /** Evaluates code, and whatever promises it left behind, to the end. */
  evaluate(script: vm.Script): unknown;
  /** Calls the handler with a copy of `event` made of this world's own objects. */
  run(
    factory: Factory,
    tick: Tick,
    event: object,
    rawQuery: { value: string | undefined } | undefined,
  ): RunOutcome | undefined;
}

type RunInside = (
  ...run: [...Parameters<Realm['run']>, settle: (outcome: RunOutcome) => void]
) => Promise<void>;
type Prelude = (host: Host, modules: Record<string, unknown>, copyInside: unknown) => RunInside;
type Prune = (globals: typeof GLOBALS, prototypes: typeof PROTOTYPES, own: unknown) => void;

/**
 * Copies data, without methods, into objects of the world that evaluates it: three times as fast as JSON, and
 * `NaN` stays what it is. `__proto__` is a name like any other, for a viewer may send a header called so.
 */
const COPY = `(function () {
  'use strict';
  const { isArray } = Array;
  const { defineProperty } = Object;
  return function copy(value) {
    if (typeof value !== 'object' || value === null) return value;
    if (isArray(value)) {
      const list = [];
      for (let i = 0; i < value.length; i++) list.push(copy(value[i]));
      return list;
    }
    const made = {};
    for (const key in value) {
      const field = value[key];
      if (field === undefined || typeof field === 'function') continue;
      if (key !== '__proto__') made[key] = copy(field);
      else defineProperty(made, key, { value: copy(field), configurable: true, enumerable: true, writable: true });
    }
    return made;
  };
})()`;

/** A copy of what a function made, in this world's own objects; throws RangeError when it contains itself. */
export const copy = vm.runInThisContext(COPY) as (value: unknown) => unknown;

/** Runs inside: what it makes has this world's own prototypes, and its promises settle before `run` returns. */
const PRELUDE = `(function (host, modules, copy) {
  'use strict';
  const { construct } = Reflect;
  const RealDate = Date;
  RealDate.now = () => host.now();
  const FrozenDate = new Proxy(RealDate, {
    construct: (target, args, made) => construct(target, args.length === 0 ? [host.now()] : args, made),
    apply: (target) => new target(host.now()).toString(),
  });
  RealDate.prototype.constructor = FrozenDate;
  globalThis.Date = FrozenDate;
  globalThis.console = { log: (message) => host.print(String(message)) };

  const { parse } = JSON;
  const encoder = new TextEncoder();
  async function find(key, format) {
    const value = host.read(String(key));
    // Not at once, as at the edge: Node takes note of a promise that is rejected before anybody listens.
    await undefined;
    if (value === undefined) throw new Error('KeyNotFound: ' + key);
    return format === 'json' ? parse(value) : format === 'bytes' ? encoder.encode(value) : value;
  }
  const store = {
    get(key, options) {
      const found = find(key, options === undefined ? 'string' : options.format);
      // A read that nobody awaits must not end this process.
      found.catch(() => {});
      return found;
    },
    exists: async (key) => host.read(String(key)) !== undefined,
  };
  modules.cloudfront = {
    kvs: () => store,
    updateRequestOrigin: (origin) => host.origin(origin),
    logCustomData: (line) => host.log(String(line)),
  };

  const load = (name) => modules[name];
  return async function run(factory, tick, sent, rawQuery, settle) {
    try {
      const event = copy(sent);
      if (rawQuery !== undefined) event.request.rawQueryString = () => rawQuery.value;
      settle({ kind: 'answer', value: await factory(load, tick)(event) });
    } catch (error) {
      settle({ kind: 'threw', error });
    }
  };
})`;

/** Runs inside, last: takes away what the Developer Guide does not list. */
const PRUNE = `(function (globals, prototypes, own) {
  const keep = (object, names) => {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (!names.includes(name)) delete object[name];
    }
  };
  for (const name of Object.keys(globals)) {
    const value = globalThis[name];
    const hasParts = typeof value === 'function' || typeof value === 'object';
    // Buffer and its like are this process's own: what a function cannot reach by name may stay on them.
    if (name !== 'globalThis' && own.includes(name) && hasParts) keep(value, ['length', 'name', 'prototype', 'stackTraceLimit', ...globals[name]]);
  }
  for (const name of Object.keys(prototypes)) {
    keep(globalThis[name].prototype, ['constructor', 'length', 'name', ...prototypes[name]]);
  }
  keep(globalThis, Object.keys(globals));
})`;

/** Hashing as `crypto` has it at the edge: three digests, and what they need. */
function digester(
  make: (algorithm: string, key?: string) => { update(data: string): unknown; digest(): Buffer },
) {
  return (algorithm: string, key?: string) => {
    if (!DIGESTS.includes(algorithm)) throw new TypeError(`not supported algorithm: "${algorithm}"`);
    const hash = make(algorithm, key);
    const handle = {
      update(data: string) {
        hash.update(data);
        return handle;
      },
      digest(encoding?: BufferEncoding) {
        const bytes = hash.digest();
        return encoding === undefined ? bytes : bytes.toString(encoding);
      },
    };
    return handle;
  };
}

function buildModules(): Record<string, unknown> {
  return {
    crypto: {
      createHash: digester((algorithm) => createHash(algorithm)),
      createHmac: digester((algorithm, key = '') => createHmac(algorithm, key)),
    },
    querystring,
    buffer: { Buffer },
  };
}

/** Makes an empty world; a few milliseconds. */
export function createRealm(host: Host): Realm {
  const context = vm.createContext(
    {},
    {
      codeGeneration: { strings: false, wasm: false },
      // Promises settle inside evaluate(): a run is over when it returns, and never mixes with another.
      microtaskMode: 'afterEvaluate',
    },
  );
  const evaluateText = (text: string): unknown => vm.runInContext(text, context);
  const own = evaluateText('Object.getOwnPropertyNames(globalThis)');
  Object.assign(evaluateText('globalThis') as object, { Buffer, TextEncoder, TextDecoder, atob, btoa });
  const runInside = (evaluateText(PRELUDE) as Prelude)(host, buildModules(), evaluateText(COPY));
  (evaluateText(PRUNE) as Prune)(GLOBALS, PROTOTYPES, own);
  const drain = new vm.Script('0');
  return {
    evaluate: (script) => script.runInContext(context),
    run(factory, tick, event, rawQuery) {
      let outcome: RunOutcome | undefined;
      void runInside(factory, tick, event, rawQuery, (settled) => {
        outcome = settled;
      });
      drain.runInContext(context);
      return outcome;
    },
  };
}
