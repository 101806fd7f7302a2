import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../../cli/arguments.ts';
import { diagnose, doctor } from '../../../cli/commands/doctor.ts';
import { NoDeploymentError } from '../../../cli/deployment.ts';
import type { Cloud } from '../../../cli/doctor/cloud.ts';
import { healthy } from '../doctor/healthy.ts';

async function run(more: Partial<Cloud>, ...args: string[]) {
  const lines: string[] = [];
  const terminal = { out: (line: string) => lines.push(line), err: () => undefined, colour: false };
  const code = await diagnose(
    healthy(more),
    parseArguments(doctor, ['--region', 'eu-west-1', ...args]),
    terminal,
  );
  return { code, text: lines.join('\n') };
}

describe('dynamic-edge-proxy doctor', () => {
  test('prints each finding in 80 columns, its remedy below, and the counts', async () => {
    const { code, text } = await run({ trails: async () => [] });
    expect(code).toBe(0);
    expect(text).toMatch(/^deployment main at dev\.example\.com, home region eu-west-1\n/);
    expect(text).toMatch(
      /^warning {2}trail +eu-west-1: no trail reports.*\n(?: {26}\S.*\n)+ {26}→ deploy with -c createTrail=true/m,
    );
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toMatch(/\d+ ok, 1 warnings, 0 failures$/);
  });

  test('exits with 1 after a failure', async () => {
    expect((await run({ liveCode: async () => undefined })).code).toBe(1);
  });

  test('--json prints one document with the counts and every finding', async () => {
    const { code, text } = await run({ liveCode: async () => undefined }, '--json');
    const told = JSON.parse(text);
    expect(code).toBe(1);
    expect(told).toMatchObject({
      deployment: 'main',
      homeRegion: 'eu-west-1',
      counts: { failure: 2, warning: 0 },
    });
    const router = told.checks.find(({ check }: { check: string }) => check === 'router');
    expect(router.findings[0]).toMatchObject({ level: 'failure', remedy: expect.any(String) });
  });

  test('names the missing stack and its region, and how to select another', async () => {
    await expect(run({}, '--deployment', 'blue')).rejects.toThrow(NoDeploymentError);
    await expect(run({}, '--deployment', 'blue')).rejects.toThrow(
      /no stack edge-proxy-blue-edge found in us-east-1 .* --deployment ID, .* --region REGION/,
    );
  });

  test('names the missing resource of an incomplete stack', async () => {
    const half = async () => ({ status: 'CREATE_IN_PROGRESS', resources: [] });
    await expect(run({ stack: half })).rejects.toThrow(
      'stack edge-proxy-main-updater in eu-west-1 has no AWS::Lambda::EventSourceMapping (its status is CREATE_IN_PROGRESS)',
    );
  });
});
