import { gzipSync } from 'node:zlib';
import { CloudFormationClient, CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { listDeployment } from '../../../cli/list/aws.ts';
import { printFleet } from '../../../cli/list/list.ts';
import { buildChangesFile } from '../../../core/journal/changes-file.ts';
import { buildRoutesFile, type Listed, type ListFacts } from '../../../core/journal/routes-file.ts';
import type { StatusFile } from '../../../core/journal/status-file.ts';
import { tagProblem } from '../../../core/problem.ts';
import { printLastRequests } from '../../../core/traffic/last-requests.ts';
import { live } from '../../edge/support/entries.ts';
import { answered } from '../../support/aws/answered.ts';
import { appName, asleepOn, changedList, LARGE_LIST, listOf, summaryOf } from '../../support/stands/lists.ts';
import { s3Client } from '../../support/stands/stores.ts';
import { idOf } from '../../support/values/instances.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();

const SHOP = 'shop.dev.example.com';
const CART = 'cart.dev.example.com';
const LOST = 'lost.dev.example.com';
const FACTS: ListFacts = {
  ...{ deployment: 'main', baseDomain: 'dev.example.com', detail: 'full', updatedAt: at(30) },
};

/** Three names, one of an instance that is not known; the older instance has the greater id. */
const LISTED: Listed = listOf(
  new Map([
    [SHOP, live(idOf(1).slice('i-'.length))],
    [CART, asleepOn(2)],
    [LOST, asleepOn(9)],
  ]),
  [
    {
      ...tagProblem(
        'bad-value',
        idOf(3),
        { key: 'proxy:port', value: '80a' },
        'expected 80, 443 or 1024–65535',
      ),
      hostnames: ['blog.dev.example.com'],
    },
  ],
  [
    { ...summaryOf(1), via: 'ipv4', tags: { Owner: 'ada' }, launchedAt: at(60) },
    { ...summaryOf(2), state: 'stopped', launchedBy: 'Developer/bob', launchedAt: at(90) },
    { ...summaryOf(3), launchedAt: at(10) },
  ],
  new Map([
    [SHOP, { since: at(60) }],
    [CART, { since: at(45) }],
    [LOST, { since: at(50) }],
  ]),
);

const routesFile = (facts: Partial<ListFacts> = {}, listed = LISTED) =>
  JSON.stringify(buildRoutesFile({ ...FACTS, ...facts }, listed));

const statusFile = (minutesAgo: number) => {
  const status: StatusFile = { version: 1, deployment: 'main', updatedAt: at(minutesAgo), writes: [] };
  return JSON.stringify(status);
};

const DOCUMENTS = {
  'routes.json': routesFile(),
  'status.json': statusFile(2),
  'last-requests.json': printLastRequests(
    'main',
    new Map([
      [SHOP, NOW - 60_000],
      [LOST, NOW - 3_600_000],
    ]),
  ),
};

const RESOURCES = [
  { LogicalResourceId: 'SiteBucket397A1860', ResourceType: 'AWS::S3::Bucket', PhysicalResourceId: 'journal' },
];

const stacks = (resources: readonly object[] = RESOURCES) =>
  answered(new CloudFormationClient({ region: 'us-east-1' }), () => ({ StackResourceSummaries: resources }));

/** The list of a deployment whose site bucket, in the local S3, has these documents. */
async function listed(documents: Readonly<Record<string, string | Buffer>>) {
  const s3 = await s3Client();
  for (const [name, body] of Object.entries(documents)) {
    const object = { Bucket: 'journal', Key: `_proxy/${name}` };
    const stored = { Body: typeof body === 'string' ? gzipSync(body) : body, ContentEncoding: 'gzip' };
    await s3.send(new PutObjectCommand({ ...object, ...stored }));
  }
  return printed(listDeployment('main', { cloudFormation: stacks(), s3 }, NOW));
}

async function printed(reading: ReturnType<typeof listDeployment>) {
  const [out, err]: [string[], string[]] = [[], []];
  printFleet(await reading, {
    ...{ colour: false, out: (line) => void out.push(line), err: (line) => void err.push(line) },
  });
  // An address cannot be broken.
  const lines = [...out, ...err].filter((line) => !line.startsWith('    see https://'));
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  return { out: `${out.join('\n')}\n`, err: err.join('\n') };
}

describe('the list of a deployment on AWS', () => {
  test('has the instances of names and of problems, oldest first, and names without a known instance', async () => {
    const { out, err } = await listed(DOCUMENTS);
    expect(err).toBe('');
    await expect(out).toMatchFileSnapshot('../../golden/list/deployment.txt');
  });

  test('says that a public deployment publishes hostnames and states alone', async () => {
    const { out, err } = await listed({ ...DOCUMENTS, 'routes.json': routesFile({ detail: 'names' }) });
    await expect(`${out}${err}\n`).toMatchFileSnapshot('../../golden/list/names.txt');
  });

  test('has the changes of a large list', async () => {
    const changes = buildChangesFile(
      { ...LARGE_LIST, updatedAt: at(30) },
      { ...changedList(LARGE_LIST, new Map([[appName(1), asleepOn(2_222)]])), updatedAt: at(20) },
      { hostnames: new Set([appName(1)]), instances: new Set() },
    );
    const large = { 'routes.json': routesFile({}, LARGE_LIST), 'changes.json': JSON.stringify(changes) };
    const { out } = await listed({ ...DOCUMENTS, ...large });
    expect(out).toContain(`${appName(0)} (asleep)`);
    expect(out.split('\n').filter((line) => line.includes(`${appName(1)} `))).toEqual([
      `${appName(1)} (asleep)`,
    ]);
  });

  test('says since when the updater is silent', async () => {
    const { out, err } = await listed({ ...DOCUMENTS, 'status.json': statusFile(11) });
    expect(out).toContain(SHOP);
    expect(err.replace(/\n */g, ' ')).toBe(
      `! the updater has not written its status since ${at(11)}, so this list may be out of date; run \`dynamic-edge-proxy doctor --deployment main\``,
    );
  });

  test('works without access logs, and without a status', async () => {
    const { out, err } = await listed({ 'routes.json': routesFile() });
    expect(err).toBe('');
    expect(out).toContain('owner ada');
    expect(out).not.toContain('last request');
  });

  test('says so when nothing is published, or nothing has a name', async () => {
    expect((await listed({})).out.replace(/\n */g, ' ')).toMatch(
      /^! the updater has not published any routes yet; run `dynamic-edge-proxy doctor --deployment main`/,
    );
    expect((await listed({ 'routes.json': routesFile({}, listOf(new Map())) })).out).toBe(
      'no names; tag an instance with `proxy:host` (docs/use/tags.md)\n',
    );
  });
});

describe('a damaged document', () => {
  const CUT = gzipSync(routesFile()).subarray(0, 40);

  test.each([
    ['cut', CUT, 'unexpected end of file'],
    ['empty', Buffer.alloc(0), 'unexpected end of file'],
    ['not gzip', Buffer.from(routesFile()), 'incorrect header check'],
  ])('is named with the reason and the remedy: %s', async (_what, body, reason) => {
    await expect(listed({ ...DOCUMENTS, 'routes.json': body })).rejects.toMatchObject({
      name: 'InputError',
      message: `cannot unpack s3://journal/_proxy/routes.json as gzip: ${reason}; the deployment writes it again with its next change`,
    });
  });

  test.each([
    [
      'last-requests.json',
      'last requests are not shown: cannot unpack s3://journal/_proxy/last-requests.json',
    ],
    [
      'status.json',
      'it is not known whether the updater runs: cannot unpack s3://journal/_proxy/status.json',
    ],
  ])('that the list can do without is a note: %s', async (name, note) => {
    const { out, err } = await listed({ ...DOCUMENTS, [name]: CUT });
    expect(out).toContain('shop.dev.example.com (live)');
    expect(err.replace(/\n */g, ' ')).toContain(note);
  });

  test('of another version is named, too', async () => {
    const other = { ...DOCUMENTS, 'routes.json': '{"version":9}' };
    await expect(listed(other)).rejects.toThrow(
      /^this version cannot read routes\.json of s3:\/\/journal: .*; use the version of the deployment$/,
    );
  });
});

describe('a deployment whose list cannot be read', () => {
  const s3 = (status: number, name: string) =>
    answered(new S3Client({ region: 'us-east-1' }), () => {
      const message = 'not authorized to perform: s3:GetObject';
      throw new S3ServiceException({
        name,
        message,
        $fault: 'client',
        $metadata: { httpStatusCode: status },
      });
    });

  test('is refused with the page that lists the permissions', async () => {
    const clients = { cloudFormation: stacks(), s3: s3(403, 'AccessDenied') };
    await expect(listDeployment('main', clients, NOW)).rejects.toThrow(
      'cannot read s3://journal/_proxy/routes.json: AccessDenied: not authorized to perform: s3:GetObject; docs/operate/permissions.md lists the permissions',
    );
  });

  test('shows the error of the service otherwise', async () => {
    const clients = { cloudFormation: stacks(), s3: s3(503, 'SlowDown') };
    await expect(listDeployment('main', clients, NOW)).rejects.toMatchObject({ name: 'SlowDown' });
  });

  test('has no stack of that name, or one without a site bucket', async () => {
    const missing = answered(new CloudFormationClient({ region: 'us-east-1' }), () => {
      const message = 'Stack with id edge-proxy-x-edge does not exist';
      throw new CloudFormationServiceException({
        ...{ name: 'ValidationError', $fault: 'client', $metadata: {}, message },
      });
    });
    const clients = { cloudFormation: missing, s3: s3(503, 'SlowDown') };
    await expect(listDeployment('x', clients, NOW)).rejects.toThrow(
      /^no stack edge-proxy-x-edge found in us-east-1 in this account; select the deployment with --deployment ID/,
    );
    await expect(listDeployment('x', { ...clients, cloudFormation: stacks([]) }, NOW)).rejects.toThrow(
      'stack edge-proxy-x-edge has no site bucket; deploy it again',
    );
  });
});
