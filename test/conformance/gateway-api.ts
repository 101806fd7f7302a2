/**
 * The parts of Gateway API objects (kubernetes-sigs/gateway-api, v1) that we read, and the conformance cases as data. Of the
 * metadata only the name is here. The order in a file is the order of creation.
 */
export type GatewayObject = Gateway | HttpRoute;

export interface Gateway {
  kind: 'Gateway';
  name: string;
  spec: { listeners: readonly Listener[] };
}

export interface Listener {
  name?: string;
  port?: number;
  /** Absent means every host. */
  hostname?: string;
}

export interface HttpRoute {
  kind: 'HTTPRoute';
  name: string;
  spec: {
    parentRefs?: readonly ParentRef[];
    /** Absent or empty means every host of the listener. */
    hostnames?: readonly string[];
    rules?: readonly HttpRule[];
  };
}

export interface ParentRef {
  name: string;
  sectionName?: string;
  port?: number;
}

export interface HttpRule {
  /** Alternatives. Absent or empty means every path. */
  matches?: readonly HttpMatch[];
  filters?: readonly Filter[];
  backendRefs?: readonly BackendRef[];
}

/** All members must match. */
export interface HttpMatch {
  path?: { type?: 'Exact' | 'PathPrefix' | 'RegularExpression'; value?: string };
  method?: string;
  headers?: readonly NamedValue[];
  queryParams?: readonly NamedValue[];
}

export interface NamedValue {
  type?: 'Exact' | 'RegularExpression';
  name: string;
  value: string;
}

export interface Filter {
  type: string;
  urlRewrite?: { hostname?: string; path?: { type: string; replacePrefixMatch?: string } };
}

export interface BackendRef {
  name: string;
  port?: number;
  /** Default 1. */
  weight?: number;
  filters?: readonly Filter[];
}

/** A request of a conformance test with its expected result. */
export interface ConformanceCase {
  request: ConformanceRequest;
  /** The backend that must answer. */
  backend?: string;
  response?: {
    status?: number;
    headers?: Readonly<Record<string, string>>;
    absentHeaders?: readonly string[];
  };
  /** The request as the backend must receive it. An absent member means: as sent. */
  expectedUpstreamRequest?: UpstreamRequest;
  redirect?: Readonly<Record<string, string>>;
}

export interface ConformanceRequest {
  /** With its port, if it has one. Absent means the gateway's address. */
  host?: string;
  /** With its query string, if it has one. */
  path?: string;
  method?: string;
  headers?: Readonly<Record<string, string>>;
}

export interface UpstreamRequest extends ConformanceRequest {
  absentHeaders?: readonly string[];
}

export interface ConformanceTest {
  test: string;
  objects: readonly GatewayObject[];
  cases: readonly ConformanceCase[];
}

export interface ConformanceSuite {
  /** Repository and commit. */
  source: string;
  tests: readonly ConformanceTest[];
}

/** Thrown for a file that holds no conformance tests. */
export class NoSuiteError extends Error {
  override name = 'NoSuiteError';
}

/** @throws NoSuiteError */
export function parseSuite(text: string): ConformanceSuite {
  const suite: Partial<ConformanceSuite> = JSON.parse(text);
  const isWhole = suite.tests?.every(({ test, objects, cases }) => test && objects && cases);
  if (!isWhole) throw new NoSuiteError('expected {"source", "tests": [{"test", "objects", "cases"}]}');
  return { source: '', tests: [], ...suite };
}
