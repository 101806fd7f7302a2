import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, buildSync, type CommonOptions, type Message, transformSync } from 'esbuild';
import { siteHeaders } from '../core/settings/site-headers.ts';
import { hostnameOf } from '../core/wire/hostname.ts';
import { LIMITS } from '../core/wire/limits.ts';
import { DEPLOYMENT_STAND_IN, type SignInConstants } from '../infra/shipped-parts.ts';
import { assemble, type Constants } from './assemble/assemble.ts';
import { withArrows, withVar } from './assemble/edge-syntax.ts';
import { EdgeBuildRefusedError, gate, type Violation } from './gate/gate.ts';
import { MODULES } from './gate/surface.ts';
import { scriptHashOf } from './page-script.ts';

/** Bytes that the router may have beside its names: little more than it has, so that a change is noticed. */
export function edgeBudgetBytes({ baseDomain, signIn }: EdgeConstants): number {
  if (baseDomain === '') return 9_470;
  return signIn ? 9_930 + baseDomain.length + signIn.deployment.length : 9_110 + baseDomain.length;
}

/** Bytes that the site router may have. */
export function siteRouterBudgetBytes({ baseDomain, signIn }: SignInConstants): number {
  return 4_580 + baseDomain.length + signIn.deployment.length;
}

/** Bytes that the function with the headers of our own pages may have. Nearly all of them are the headers. */
export const HEADERS_BUDGET_BYTES = 480;

/** The constants that differ between deployments. They are not secret: `GetFunction` shows the code. */
export interface EdgeConstants {
  /** In lower case; `''` for the bare distribution domain. */
  baseDomain: string;
  /** The scheme by which viewers reach the edge. Default `https`, because CloudFront redirects. */
  scheme?: 'https' | 'http';
  /** With sign-in. It needs a base domain. */
  signIn?: { deployment: string };
  /** `names` if everybody may read the list of the portal: then no notice names an instance. */
  detail?: 'names';
}

/** Thrown for sign-in without a base domain. */
export class SignInNeedsDomainError extends Error {
  override name = 'SignInNeedsDomainError';

  constructor() {
    super(
      'sign-in needs a base domain: without one all apps share one hostname, and one session would open all of them',
    );
  }
}

/** Thrown for a base domain that is not a hostname. */
export class BaseDomainError extends Error {
  override name = 'BaseDomainError';

  constructor(baseDomain: string) {
    super(
      `base domain ${JSON.stringify(baseDomain)} is not a hostname; expected one like dev.example.com, or ''`,
    );
  }
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const ROUTER = fileURLToPath(new URL('../edge/router/router.ts', import.meta.url));
const SITE_ROUTER = fileURLToPath(new URL('../edge/router/site-router.ts', import.meta.url));
const HEADERS = fileURLToPath(new URL('../edge/headers/headers.ts', import.meta.url));
const PAGE = fileURLToPath(new URL('../portal/errors/unreachable.html', import.meta.url));

/**
 * Newer syntax that esbuild rewrites in a few bytes. Everything else that the edge cannot parse is left as it
 * is for the gate, which judges only what survives tree shaking: `core` may be modern where the edge never goes.
 */
const LOWERED = {
  'optional-chain': false,
  'nullish-coalescing': false,
  'logical-assignment': false,
  'optional-catch-binding': false,
} as const;

/** The name of the base domain in the function: short, because it is used often. esbuild gives a used name to nothing else. */
const BASE_DOMAIN = '$';

const LANGUAGE = {
  format: 'esm',
  platform: 'neutral',
  target: 'esnext',
  supported: LOWERED,
  charset: 'ascii',
  legalComments: 'none',
  sourcesContent: false,
  tsconfigRaw: {},
  logLevel: 'silent',
} satisfies CommonOptions;

/** One CloudFront Function: its source, and what the build adds. */
interface FunctionBuild {
  entry: string;
  /** Expressions by the names of constants in the source. */
  define: Readonly<Record<string, string>>;
  constants: Constants;
  /** Bytes. */
  budget: number;
}

/** The bundle of `entry` as esbuild leaves it, with its source map. Reproducible: same input, same bytes. */
function bundle({ entry, define }: FunctionBuild): { code: string; map: string } {
  const { outputFiles, warnings } = buildSync({
    ...LANGUAGE,
    entryPoints: [entry],
    absWorkingDir: ROOT,
    outfile: 'dist/edge/router.js',
    write: false,
    bundle: true,
    external: [...MODULES],
    minifySyntax: true,
    minifyWhitespace: true,
    define,
    sourcemap: 'inline',
  });
  if (warnings.length > 0) throw new EdgeBuildRefusedError(warnings.map(violationOf));
  // Twice, because esbuild puts a value into its only use when it reads `const`, but not `var`.
  const { code } = transformSync(outputFiles[0]?.text ?? '', {
    ...LANGUAGE,
    minifySyntax: true,
    sourcemap: 'inline',
  });
  return shortened(withArrows(withVar(code)));
}

function definitionsOf({ baseDomain, scheme = 'https', signIn, detail }: EdgeConstants, start = 'start') {
  return {
    BARE: String(baseDomain === ''),
    SCHEME: JSON.stringify(scheme),
    START: JSON.stringify(start),
    SIGN_IN: String(signIn !== undefined),
    DETAIL: String(detail === undefined),
    DEPLOYMENT: JSON.stringify(signIn ? DEPLOYMENT_STAND_IN : ''),
  };
}

/**
 * Shortens the names in a bundle. esbuild chooses names by the characters of its input, import paths included. A separate call
 * sees no paths, so a moved file does not change the router's bytes.
 *
 * The edge cannot compile an `await` in arguments. If esbuild ever moves one there, the gate refuses the bundle.
 */
function shortened(code: string): { code: string; map: string } {
  const options = {
    minify: true,
    treeShaking: true,
    sourcefile: 'bundle.js',
    sourcemap: 'external',
    define: { BASE_DOMAIN },
  } as const;
  return transformSync(code, { ...LANGUAGE, ...options });
}

function violationOf({ text, location, notes }: Message): Violation {
  return {
    file: location?.file ?? relative(ROOT, ROUTER),
    line: location?.line ?? 1,
    column: (location?.column ?? 0) + 1,
    rule: 'esbuild',
    message: text,
    remedy: notes[0]?.text ?? 'write it in the language of CloudFront Functions 2.0',
  };
}

function bundled(build: FunctionBuild): { code: string; map: string } {
  try {
    return bundle(build);
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    throw errors === undefined ? error : new EdgeBuildRefusedError(errors.map(violationOf));
  }
}

/** esbuild chooses names by the texts in a bundle, so all deployments are built with one id, which is replaced afterwards. */
function constantsOf({ baseDomain, signIn }: EdgeConstants): Constants {
  if (baseDomain !== '' && hostnameOf(baseDomain) !== baseDomain) throw new BaseDomainError(baseDomain);
  if (baseDomain === '' && signIn !== undefined) throw new SignInNeedsDomainError();
  return {
    declarators: baseDomain === '' ? [] : [`${BASE_DOMAIN}=${JSON.stringify(baseDomain)}`],
    texts: signIn ? { [DEPLOYMENT_STAND_IN]: signIn.deployment } : {},
  };
}

function overBudget(code: string, file: string, budget: number): Violation[] {
  const bytes = Buffer.byteLength(code);
  // Above CloudFront's limit the gate already reports the size.
  if (bytes <= budget || bytes > LIMITS.functionBytes) return [];
  const message = `the function has ${bytes} bytes, and its budget is ${budget}`;
  return [
    {
      file,
      line: 1,
      column: 1,
      rule: 'budget',
      message,
      remedy: `make ${dirname(file)}/ smaller, or raise the budget in build/edge.ts`,
    },
  ];
}

/**
 * Builds the router as CloudFront takes it: the imports, one line of constants, the bundle. Synchronous, for the CDK.
 *
 * @throws EdgeBuildRefusedError naming file, line, rule and remedy in the source when CloudFront could not run it
 * @throws BaseDomainError
 */
export function buildEdge(constants: EdgeConstants, entry: string = ROUTER): string {
  return buildFunction({
    entry,
    define: definitionsOf(constants),
    constants: constantsOf(constants),
    budget: edgeBudgetBytes(constants),
  });
}

/**
 * Builds the function for the paths below `/_proxy/`. Only a deployment with sign-in has it; the router of any other decides about
 * these paths itself.
 *
 * @throws EdgeBuildRefusedError
 * @throws BaseDomainError, SignInNeedsDomainError
 */
export function buildSiteRouter(constants: SignInConstants): string {
  return buildFunction({
    entry: SITE_ROUTER,
    define: definitionsOf(constants, 'sign-in'),
    constants: constantsOf(constants),
    budget: siteRouterBudgetBytes(constants),
  });
}

/**
 * Builds the function that sets the headers of our own pages.
 *
 * @param page the page for unreachable instances, whose script the headers allow
 * @throws EdgeBuildRefusedError
 */
export function buildHeaders(page: string = readFileSync(PAGE, 'utf8')): string {
  const headers = Object.entries(siteHeaders(scriptHashOf(page))).map(([name, value]) => [name, { value }]);
  return buildFunction({
    entry: HEADERS,
    define: { SITE_HEADERS: JSON.stringify(Object.fromEntries(headers)) },
    constants: { declarators: [], texts: {} },
    budget: HEADERS_BUDGET_BYTES,
  });
}

function buildFunction(build: FunctionBuild): string {
  const { code: raw, map } = bundled(build);
  const { code, sourceOf } = assemble(raw, build.constants, map);
  const file = relative(ROOT, build.entry);
  const violations = [...gate(code, file).map(sourceOf), ...overBudget(code, file, build.budget)];
  if (violations.length > 0) throw new EdgeBuildRefusedError(violations);
  return code;
}
