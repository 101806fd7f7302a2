import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import querystring from 'node:querystring';
import vm from 'node:vm';
import { DIGESTS, GLOBALS, PROTOTYPES } from '../../../build/gate/surface.ts';
import type { Milliseconds } from '../../../core/wire/brands.ts';

/** The services that the host provides to a running function. */
export interface Host {
  /** Constant during one run, as at the edge. */
  now(): Milliseconds;
  read(key: string): string | undefined;
  /** Receives the argument of `cf.updateRequestOrigin`. */
  origin(origin: unknown): void;
  log(line: string): void;
  print(line: string): void;
}

/** How a run ended. A promise that never settles has no outcome. */
export type RunOutcome = { kind: 'answer'; value: unknown } | { kind: 'threw'; error: unknown };

/** Called at each iteration of a loop. */
export type Tick = () => void;

/** A compiled function. It creates a fresh module scope and returns its handler. */
export type Factory = (load: (module: string) => unknown, tick: Tick) => unknown;

/** A JavaScript realm with only the documented features of CloudFront Functions 2.0. */
export interface Realm {
  /** Evaluates code and settles its promises. */
  evaluate(script: vm.Script): unknown;
  /** Calls the handler with a copy of `event` that consists of this realm's objects. */
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
 * Copies data without methods into objects of the realm that evaluates it. It is three times as fast as JSON and keeps `NaN`.
 * `__proto__` is an ordinary name here, because a viewer may send such a header.
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

/** Copies a function's result into objects of this realm. Throws RangeError if it contains itself. */
export const copy = vm.runInThisContext(COPY) as (value: unknown) => unknown;

/** Runs inside the realm: its objects have the realm's prototypes, and its promises settle before `run` returns. */
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
    // Rejects a turn later, as at the edge: Node reports a promise that is rejected before it has a handler.
    await undefined;
    if (value === undefined) throw new Error('KeyNotFound: ' + key);
    return format === 'json' ? parse(value) : format === 'bytes' ? encoder.encode(value) : value;
  }
  const store = {
    get(key, options) {
      const found = find(key, options === undefined ? 'string' : options.format);
      // A read without await must not end this process.
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

/** Runs inside the realm, last: removes everything that the Developer Guide does not list. */
const PRUNE = `(function (globals, prototypes, own) {
  const keep = (object, names) => {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (!names.includes(name)) delete object[name];
    }
  };
  for (const name of Object.keys(globals)) {
    const value = globalThis[name];
    const hasParts = typeof value === 'function' || typeof value === 'object';
    // Buffer and similar objects belong to this process, so their properties stay.
    if (name !== 'globalThis' && own.includes(name) && hasParts) keep(value, ['length', 'name', 'prototype', 'stackTraceLimit', ...globals[name]]);
  }
  for (const name of Object.keys(prototypes)) {
    keep(globalThis[name].prototype, ['constructor', 'length', 'name', ...prototypes[name]]);
  }
  keep(globalThis, Object.keys(globals));
})`;

/** The hash functions of the edge's `crypto`: three digests. */
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

/** Creates a realm, which takes a few milliseconds. */
export function createRealm(host: Host): Realm {
  const context = vm.createContext(
    {},
    {
      codeGeneration: { strings: false, wasm: false },
      // Promises settle inside evaluate(), so that two runs never overlap.
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
