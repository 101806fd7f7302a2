import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from '../../support/stands/test-cloud.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cli } from '../../support/tools/cli.ts';
import { A, fixture, fixtureNames } from '../../support/values/event-fixtures.ts';

const fileOf = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/events/${name}.json`, import.meta.url));

/** The output of a replay without a cloud for one fixture. */
async function told(name: string): Promise<string> {
  const { code, out, err } = await cli('replay', fileOf(name), '--state', '/nowhere');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

describe('a replay without a cloud', () => {
  test.each(fixtureNames())('prints a verdict with its effect or reason for %s', async (name) => {
    const verdicts = (await told(name)).split('\n').filter((line) => line.startsWith('  '));
    expect(verdicts.length).toBeGreaterThan(0);
    for (const line of verdicts) {
      expect(line).toMatch(/^ {2}(?:hint: .+ → read .+|(?:ignored|quarantined): .+ – .+)$/);
    }
  });

  test('prints which instances the updater would read, the reason if none, and that no event was sent', async () => {
    expect(await told('state-change.stopping')).toContain(`hint: state-change stopping → read ${A}`);
    expect(await told('attach-network-interface')).toContain(
      `→ read ${A}, the instance behind eni-0abc1230000000011, the instance behind eni-attach-0abc1230000000012`,
    );
    expect(await told('schedule.rule')).toContain('→ read the whole fleet');
    expect(await told('create-bucket')).toMatch(/ignored: \S+ CreateBucket – \S/);
    expect(await told('manual')).toContain(
      'no local cloud is running, so no event was sent (`npx dynamic-edge-proxy local` starts one)',
    );
  });

  test('reads every record of a log file, and several files', async () => {
    const { out } = await cli('replay', fileOf('log-file'), fileOf('manual'), '--state', '/nowhere');
    const verdicts = out.split('\n').filter((line) => line.startsWith('  '));
    expect(verdicts.map((line) => line.split(' – ')[0])).toEqual([
      `  hint: api-call RunInstances → read ${A}`,
      '  ignored: api-call DescribeInstances',
      `  hint: api-call StopInstances → read ${A}`,
      '  hint: manual reconcile → read the whole fleet',
    ]);
  });

  test('reads a gzipped log file and the output of lookup-events', async () => {
    const folder = await temporaryFolder();
    const packed = join(folder, 'log.json.gz');
    writeFileSync(packed, gzipSync(readFileSync(fileOf('log-file'))));
    expect((await cli('replay', packed, '--state', '/nowhere')).out).toContain(
      `hint: api-call RunInstances → read ${A}`,
    );
    const found = join(folder, 'events.json');
    const record = JSON.stringify(fixture('run-instances')['detail']);
    writeFileSync(
      found,
      JSON.stringify({ Events: [{ EventId: 'e', CloudTrailEvent: record }, { EventId: 'f' }] }),
    );
    const { out } = await cli('replay', found, '--state', '/nowhere');
    expect(out).toContain('hint: api-call RunInstances → read i-');
    expect(out).toContain('quarantined: ');
  });

  test.each([
    ['an event', (deep: string) => `{"source":"aws.ec2","detail-type":"x","detail":${deep}}`],
    ['a record', (deep: string) => JSON.stringify({ Events: [{ CloudTrailEvent: `{"a":${deep}}` }] })],
  ])('refuses %s that is nested too deeply', async (_, textOf) => {
    const file = join(await temporaryFolder(), 'deep.json');
    writeFileSync(file, textOf(`${'['.repeat(100_000)}${']'.repeat(100_000)}`));
    const { code, err } = await cli('replay', file, '--state', '/nowhere');
    expect([code, err]).toEqual([1, expect.stringContaining(`${file} is nested more than 100 levels deep`)]);
  });

  test('quarantines junk and names a file that is not JSON', async () => {
    const file = join(await temporaryFolder(), 'junk.json');
    writeFileSync(file, '"who knows"');
    expect((await cli('replay', file, '--state', '/nowhere')).out).toContain('quarantined: ');
    writeFileSync(file, '{');
    expect(await cli('replay', file, '--state', '/nowhere')).toMatchObject({
      code: 1,
      err: expect.stringContaining(`${file} is neither JSON nor one JSON document per line`),
    });
  });
});

describe('a replay to a running cloud', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
    await cloud.live('shop');
  });
  afterAll(() => cloud.dispose());

  test("prints the updater's decisions", async () => {
    const file = fileOf('state-change.stopping');
    const { code, out } = await cli('replay', file, fileOf('manual'), '--state', cloud.stateFolder);
    expect(code).toBe(0);
    expect(out).toMatch(/^decisions of the updater at http.*:\n(?: {2}\d+ events? → unchanged\n?)+$/m);
    expect(cloud.troubles).toEqual([]);
  });

  test('shows that the updater trusts the fleet, not the event', async () => {
    const [id = ''] = cloud.fleet.list().map((instance) => instance.id);
    const event = { ...terminated(id), 'detail-type': 'EC2 Instance State-change Notification' };
    const file = join(await temporaryFolder(), 'death.json');
    writeFileSync(file, JSON.stringify(event));
    const { out } = await cli('replay', file, '--state', cloud.stateFolder);
    expect(out).toContain(`hint: state-change terminated → read ${id}`);
    expect(out).toMatch(/1 event → unchanged$/);
    expect(await cloud.ask('shop.localhost')).toMatchObject({ status: 200 });
  });
});

function terminated(id: string): object {
  return {
    version: '0',
    id: 'e0000001-5eed-4c0d-8e9f-0123456789ab',
    source: 'aws.ec2',
    account: '123456789012',
    time: '2026-03-02T09:15:30Z',
    region: 'us-east-1',
    detail: { 'instance-id': id, state: 'terminated' },
  };
}
