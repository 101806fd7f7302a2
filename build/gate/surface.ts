/**
 * The documented surface of CloudFront Functions 2.0, in one place: the gate refuses what is not on it and
 * the local engine takes it away. Source: Amazon CloudFront Developer Guide, "JavaScript runtime 2.0
 * features for CloudFront Functions". Where the guide and njs 0.7.9 (the engine our tests run) differ, the
 * shorter list wins, so that every function that passes can also be tested.
 */

const words = (list: string): readonly string[] => list.split(/\s+/).filter((word) => word !== '');

const ERROR: readonly string[] = [];
const TYPED_ARRAY = words('from of BYTES_PER_ELEMENT');

/** Global names, each with the properties that may be read from it by name. */
export const GLOBALS: Readonly<Record<string, readonly string[]>> = {
  undefined: [],
  NaN: [],
  Infinity: [],
  globalThis: [],
  arguments: words('length'),
  require: [],
  decodeURI: [],
  decodeURIComponent: [],
  encodeURI: [],
  encodeURIComponent: [],
  isFinite: [],
  isNaN: [],
  parseFloat: [],
  parseInt: [],
  atob: [],
  btoa: [],
  Object: words(`create defineProperties defineProperty freeze getOwnPropertyDescriptor
    getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf isExtensible isFrozen isSealed keys
    preventExtensions seal assign entries values`),
  String: words('fromCharCode fromCodePoint'),
  Number: words(`EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY
    POSITIVE_INFINITY isFinite isInteger isNaN isSafeInteger parseInt parseFloat`),
  Boolean: [],
  Array: words('isArray of'),
  Math: words(`E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil
    clz32 cos cosh exp expm1 floor fround hypot imul log log1p log2 log10 max min pow random round sign sinh
    sin sqrt tan tanh trunc`),
  JSON: words('parse stringify'),
  Date: words('now parse UTC'),
  RegExp: [],
  Symbol: words('for keyFor'),
  Promise: words('all allSettled any reject resolve race'),
  ArrayBuffer: words('isView'),
  DataView: [],
  Int8Array: TYPED_ARRAY,
  Int16Array: TYPED_ARRAY,
  Int32Array: TYPED_ARRAY,
  Uint8Array: TYPED_ARRAY,
  Uint8ClampedArray: TYPED_ARRAY,
  Uint16Array: TYPED_ARRAY,
  Uint32Array: TYPED_ARRAY,
  Float32Array: TYPED_ARRAY,
  Float64Array: TYPED_ARRAY,
  TextEncoder: [],
  TextDecoder: [],
  Buffer: words('alloc allocUnsafe byteLength compare concat from isBuffer isEncoding'),
  Error: ERROR,
  EvalError: ERROR,
  RangeError: ERROR,
  ReferenceError: ERROR,
  SyntaxError: ERROR,
  TypeError: ERROR,
  URIError: ERROR,
  console: words('log'),
};

/** Methods of the values themselves. `charCodeAt` is not listed in the guide, but AWS's own samples use it. */
export const PROTOTYPES: Readonly<Record<string, readonly string[]>> = {
  Object: words('__proto__ hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf'),
  Function: words('apply bind call'),
  String: words(`charAt charCodeAt concat indexOf lastIndexOf match replace search slice split substr
    substring toLowerCase trim toUpperCase codePointAt endsWith includes repeat startsWith padStart padEnd
    trimStart trimEnd toString valueOf`),
  Number: words('toExponential toFixed toPrecision toString valueOf'),
  Array: words(`concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse
    shift slice some sort splice unshift copyWithin fill find findIndex includes toString`),
};

/** Modules that a function may load; `cloudfront` only by an import on the first line. */
export const MODULES = ['cloudfront', 'crypto', 'querystring', 'buffer'] as const;

/** Digests that `crypto` supports. */
export const DIGESTS: readonly string[] = ['md5', 'sha1', 'sha256'];

/** Replacements for globals that the edge does not have. */
export const INSTEAD_OF_GLOBAL: Readonly<Record<string, string>> = {
  Map: 'use a plain object: Object.create(null)',
  Set: 'use a plain object, or an array and includes()',
  WeakMap: 'use a plain object',
  WeakSet: 'use a plain object',
  Proxy: 'use a function',
  Reflect: 'use the Object functions or call()/apply()',
  BigInt: 'use numbers below 2 ** 53',
  Intl: 'format by hand',
  URL: 'split the string; request.uri and request.querystring are parsed already',
  URLSearchParams: 'request.querystring is parsed already; require("querystring") parses strings',
  structuredClone: 'use JSON.parse(JSON.stringify(value))',
  fetch: 'a function has no network; put the data in the KeyValueStore',
  setTimeout: 'a function cannot wait',
  setInterval: 'a function cannot wait',
  setImmediate: 'a function cannot wait',
  clearTimeout: 'a function cannot wait',
  queueMicrotask: 'use await',
  eval: 'code cannot be made at run time',
  Function: 'code cannot be made at run time',
  process: 'there is no process; put settings in the KeyValueStore or in a build constant',
  crypto: 'import crypto from "crypto"; only createHash and createHmac exist',
  escape: 'use encodeURIComponent',
  unescape: 'use decodeURIComponent',
};

/** Methods that Node has and the edge does not have, with their replacements. */
export const INSTEAD_OF_METHOD: Readonly<Record<string, string>> = {
  matchAll: 'call exec() in a loop',
  at: 'use an index: list[list.length - 1]',
  flat: 'use concat() or a loop',
  flatMap: 'use map() and concat()',
  findLast: 'loop from the end',
  findLastIndex: 'loop from the end',
  replaceAll: 'use replace() with a regular expression and flag g (njs 0.7.9, which tests run, lacks it)',
  localeCompare: 'compare with < and >',
  normalize: 'there is no Unicode normalisation at the edge',
  toLocaleString: 'format by hand',
  toLocaleLowerCase: 'use toLowerCase()',
  toLocaleUpperCase: 'use toUpperCase()',
  toSorted: 'copy with slice(), then sort()',
  toReversed: 'copy with slice(), then reverse()',
  toSpliced: 'copy with slice(), then splice()',
  trimLeft: 'use trimStart()',
  trimRight: 'use trimEnd()',
  isWellFormed: 'check with a regular expression',
};
