import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { hostCrtBinary } from '../../../build/crt.ts';
import { buildLambda } from '../../../build/lambda.ts';
import { buildUpdater, HANDLER } from '../../../build/updater.ts';
import { type RemoteAws, startRemoteAws } from '../../support/stands/remote-aws.ts';
import { median } from '../figures/spread.ts';
import { thousands } from '../report.ts';
import { withOlderNames } from '../trees.ts';
import { withFolder } from '../with-folder.ts';

/** Medians over new processes, in milliseconds from the start of each. */
export interface ColdRow {
  /** The bundle is imported; in a bare process, its only line has run. */
  imported: number;
  /** The first sweep is done, with the first signed call to the store; absent for a bare process. */
  swept?: number;
  /** Processor time until then. Other tenants of the machine hardly change it. */
  processor: number;
}

export interface ColdFigures {
  processes: number;
  bare: ColdRow;
  /** With the native signer, as deployed. */
  crt: ColdRow;
  /** The same bundle with the SDK's signer in JavaScript. */
  js: ColdRow;
}

const PROCESSES = 15;
const PROCESS = fileURLToPath(new URL('./cold-process.mjs', import.meta.url));
const BARE = fileURLToPath(new URL('./bare-process.mjs', import.meta.url));

const run = promisify(execFile);

/** Starts the three variants in turn, so that other work on the machine affects all of them. */
export function benchCold(): Promise<ColdFigures> {
  return withFolder(async (folder) => {
    const [crt, js] = [join(folder, 'crt'), join(folder, 'js')];
    await buildUpdater(crt);
    await buildLambda(HANDLER, js, { '@aws-sdk/signature-v4-crt': '@aws-sdk/signature-v4a' });
    const aws = await startRemoteAws(join(folder, 'buckets'));
    try {
      const rows: Record<'bare' | 'crt' | 'js', ColdRow[]> = { bare: [], crt: [], js: [] };
      for (let n = 0; n < PROCESSES; n++) {
        rows.bare.push(await startProcess([BARE], aws));
        rows.crt.push(await startCold(join(crt, 'index.mjs'), aws));
        rows.js.push(await startCold(join(js, 'index.mjs'), aws));
      }
      return {
        processes: PROCESSES,
        bare: medians(rows.bare),
        crt: medians(rows.crt),
        js: medians(rows.js),
      };
    } finally {
      await aws.close();
    }
  });
}

/** Starts a process that imports the bundle and sweeps once. */
export function startCold(bundle: string, aws: RemoteAws): Promise<ColdRow> {
  return startProcess([PROCESS, pathToFileURL(bundle).href], aws);
}

async function startProcess(args: readonly string[], { variables }: RemoteAws): Promise<ColdRow> {
  const env = { ...withOlderNames(variables), ...hostCrtBinary(), NODE_NO_WARNINGS: '1' };
  return coldRow(await run(process.execPath, args, { env }));
}

function coldRow({ stdout, stderr }: { stdout: string; stderr: string }): ColdRow {
  const [, json] = /^COLD (.*)$/m.exec(stdout) ?? [];
  if (json === undefined) throw new Error(`a cold start told no time: ${stdout}${stderr}`);
  return JSON.parse(json) as ColdRow;
}

function medians(rows: readonly ColdRow[]): ColdRow {
  const swept = rows.flatMap((row) => row.swept ?? []);
  return {
    imported: median(rows.map(({ imported }) => imported)),
    ...(swept.length > 0 ? { swept: median(swept) } : {}),
    processor: median(rows.map(({ processor }) => processor)),
  };
}

export function coldPart({ processes, bare, crt, js }: ColdFigures): string {
  const row = (name: string, { imported, swept, processor }: ColdRow) => {
    const last = swept ?? imported;
    return `| ${name} | ${thousands(imported)} | ${swept === undefined ? '' : thousands(swept)} | ${(last / bare.imported).toFixed(1)} | ${thousands(processor)} | ${(processor / bare.processor).toFixed(1)} |`;
  };
  return [
    `Milliseconds from the start of a process until the bundle is imported, and until its first sweep is done: it reads the mirror, lists the instances and signs its first calls to the store, on loopback`,
    `without latency. Medians of ${processes} fresh processes each, run in turn.`,
    '',
    '| | imported | first sweep done | times bare Node | processor time | times bare Node |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    row('bare Node', bare),
    row('the bundle, `signature-v4-crt`', crt),
    row('the same with `signature-v4a`, in JavaScript', js),
  ].join('\n');
}
