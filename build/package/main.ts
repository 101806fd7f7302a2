/**
 * `npm run build:package` builds the content of the package: the library as one CommonJS module, which CDK apps of both
 * kinds can load, its types, the parts that it deploys, and the command line as JavaScript that needs no other package.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { HEADERS_FILE, ROUTERS, SITE_ROUTERS } from '../../infra/shipped-parts.ts';
import { buildConcierge } from '../concierge.ts';
import { stageCrt } from '../crt.ts';
import { buildConciergeGate, buildPrefixList, buildPublisherBundle } from '../custom-resources.ts';
import { buildEdge, buildHeaders, buildSiteRouter } from '../edge.ts';
import { buildPortal } from '../portal.ts';
import { buildTraffic } from '../traffic.ts';
import { buildUpdaterBundle } from '../updater.ts';
import { buildCommandLine } from './command-line.ts';
import { buildLibrary } from './library.ts';
import { writeNotices } from './notices.ts';
import { DIST } from './places.ts';

rmSync(DIST, { recursive: true, force: true });
mkdirSync(`${DIST}/edge`, { recursive: true });
for (const { file, constants } of ROUTERS) writeFileSync(`${DIST}/edge/${file}`, buildEdge(constants));
for (const { file, constants } of SITE_ROUTERS)
  writeFileSync(`${DIST}/edge/${file}`, buildSiteRouter(constants));
writeFileSync(`${DIST}/edge/${HEADERS_FILE}`, buildHeaders());
await buildUpdaterBundle(`${DIST}/updater`);
await buildPublisherBundle(`${DIST}/publisher`);
// One copy for both, because the native library is most of the package's size.
stageCrt(`${DIST}/crt`);
await buildTraffic(`${DIST}/traffic`);
await buildConcierge(`${DIST}/concierge`);
await buildConciergeGate(`${DIST}/concierge-gate`);
await buildPrefixList(`${DIST}/prefix-list`);
buildPortal(`${DIST}/portal`);
await buildLibrary();
await buildCommandLine();
await writeNotices(`${DIST}/THIRD-PARTY-NOTICES.txt`);
