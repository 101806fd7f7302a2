import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../../cli/arguments.ts';
import type { Command } from '../../../cli/command.ts';
import { openUpdaterOnAws } from '../../../cli/sign-in/aws-updater.ts';
import type { SendOrder } from '../../../cli/sign-in/give-order.ts';
import { carryOut, chooseOrder, pass } from '../../../cli/sign-in/pass.ts';
import { parsePerson, signOut, signPersonOut } from '../../../cli/sign-in/sign-out.ts';
import { admittedAtEdge } from '../../../core/access/edge-check.ts';
import { answered } from '../../support/aws/answered.ts';
import { signInStand } from '../../support/stands/sign-in/sign-in-stand.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cli } from '../../support/tools/cli.ts';
import { NOW } from '../../support/values/instances.ts';
import { isMac, NO_ENTRY, SCOPE } from '../../support/values/session/session-values.ts';

/** Commands to the updater of a deployment after its first sweep. */
async function deployment() {
  const stand = await signInStand();
  await stand.sweep();
  const send: SendOrder = async (order) =>
    JSON.parse(JSON.stringify(await stand.order(undefined, JSON.parse(JSON.stringify(order)))));
  const run = async (command: Command, ...args: string[]) => {
    const [lines, notes]: [string[], string[]] = [[], []];
    const terminal = {
      out: (line: string) => lines.push(line),
      err: (line: string) => notes.push(line),
      colour: false,
    };
    const given = parseArguments(command, args);
    if (command === pass) await carryOut(send, chooseOrder(given), terminal);
    else await signPersonOut(send, parsePerson(given.words[0] ?? ''), given.flag('now'), terminal);
    return { lines, notes };
  };
  return { ...stand, run };
}

describe('dynamic-edge-proxy pass', () => {
  test('prints a pass alone, so that a script can take it, and explains it to the person', async () => {
    const { run, store } = await deployment();
    const { lines, notes } = await run(pass, 'Shop', '--for', 'ci', '--days', '7');
    expect(lines).toHaveLength(1);
    const keys = store.store.get(':keys') ?? '';
    const admitted = admittedAtEdge(
      'pass',
      lines[0] ?? '',
      { keys, scope: SCOPE, now: NOW, isMac },
      NO_ENTRY,
    );
    expect(admitted?.user).toBe('pass:ci');
    expect(notes).toEqual([
      `Pass ${admitted?.subject} lets ci open shop.dev.example.com until 2027-01-22T08:00:00.000Z, in the header x-proxy-pass. It is not shown again.`,
    ]);
  });

  test('lasts for 30 days, unless it is told otherwise', async () => {
    const { run } = await deployment();
    const { notes } = await run(pass, 'shop.dev.example.com', '--for', 'ci');
    expect(notes[0]).toContain('until 2027-02-14T08:00:00.000Z');
  });

  test('lists the passes that have not ended, and revokes one of them', async () => {
    const { run } = await deployment();
    expect(await run(pass, '--list')).toEqual({ lines: [], notes: ['No pass is valid.'] });
    const { notes } = await run(pass, 'shop', '--for', 'ci', '--days', '1');
    const [, id = ''] = /^Pass (\S{12}) /.exec(notes[0] ?? '') ?? [];
    expect(await run(pass, '--list')).toEqual({
      lines: [`${id}  2027-01-16T08:00:00.000Z  shop.dev.example.com  ci`],
      notes: [],
    });
    expect((await run(pass, '--revoke', id)).lines).toEqual([
      `Pass ${id} is revoked. The edge refuses it within two minutes.`,
    ]);
    expect((await run(pass, '--list')).lines).toEqual([]);
  });

  test.each<[string[], RegExp]>([
    [[], /the name is missing; for example: dynamic-edge-proxy pass shop --for ci/],
    [['--for', 'ci'], /the name is missing/],
    [['shop'], /--for is missing/],
    [['shop', '--list'], /give either a name with --for, or --revoke, or --list/],
    [['--revoke', 'abcdefghijkl', '--list'], /give either a name/],
    [['shop', '--for', 'ci', '--days', '31'], /--days is "31"; expected 1–30/],
    [['shop', '--for', 'C I'], /for is not a name of 1–32 lower-case letters/],
    [['shop.other.example.com', '--for', 'ci'], /shop\.other\.example\.com is not below dev\.example\.com/],
    [['--revoke', 'abcdefghijkl'], /no pass with the id "abcdefghijkl" is valid; `pass --list` shows/],
    [['--revoke', 'short'], /id is not the id of a pass, 12 characters: "short"/],
  ])('refuses %j', async (args, message) => {
    const { run } = await deployment();
    await expect(run(pass, ...args)).rejects.toThrow(message);
  });
});

describe('dynamic-edge-proxy sign-out', () => {
  test('signs one person out within an hour', async () => {
    const { run, orders } = await deployment();
    expect(await run(signOut, 'Alice@example.com')).toEqual({
      lines: ['No session of alice@example.com is renewed any more, so the last one ends within an hour.'],
      notes: [
        'Check the spelling: the deployment has no list of people.',
        'alice@example.com can sign in again, unless the provider refuses it.',
      ],
    });
    expect(orders()).toMatchObject({ epoch: NOW, signedOut: new Map([['alice@example.com', NOW]]) });
  });

  test('--now signs everybody out at once', async () => {
    const { run, orders, clock } = await deployment();
    clock.advance(1_000);
    expect(await run(signOut, 'alice@example.com', '--now')).toEqual({
      lines: ['Everybody is signed out within two minutes.'],
      notes: ['alice@example.com can sign in again, unless the provider refuses it.'],
    });
    expect(orders().epoch).toBe(NOW + 1);
  });

  test.each<[string[], RegExp]>([
    [[], /the person is missing/],
    [['pass:ci'], /"pass:ci" cannot be a person; expected one as apps see it/],
  ])('refuses %j', async (args, message) => {
    const { run } = await deployment();
    await expect(run(signOut, ...args)).rejects.toThrow(message);
  });
});

describe('the updater of a command line', () => {
  test('is that of the local cloud, unless a deployment on AWS is named', async () => {
    const { code, err } = await cli('pass', '--list', '--state', await temporaryFolder());
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('no local cloud is running') });
  });

  const WANTED = { deployment: 'team-a', homeRegion: 'eu-west-1' };

  /** The function of a deployment on AWS, and the calls that led to it. */
  async function onAws(answer: object) {
    const region = 'eu-west-1';
    const asked: object[] = [];
    const Stacks = [{ Outputs: [{ OutputKey: 'UpdaterFunctionName', OutputValue: 'updater' }] }];
    const answers = (name: string, input: object) => {
      asked.push({ [name]: input });
      return name === 'DescribeStacks' ? { Stacks } : answer;
    };
    const send = await openUpdaterOnAws(WANTED, {
      cloudFormation: answered(new CloudFormationClient({ region }), answers),
      lambda: answered(new LambdaClient({ region }), answers),
    });
    return { send, asked };
  }

  const payload = (text: string) => ({ Payload: { transformToString: () => text } });

  test('on AWS is the function that the stack names', async () => {
    const { send, asked } = await onAws(payload('{"passes":[]}'));
    expect(await send({ action: 'passes' })).toEqual({ passes: [] });
    expect(asked).toEqual([
      { DescribeStacks: { StackName: 'edge-proxy-team-a-updater' } },
      { Invoke: { FunctionName: 'updater', Payload: Buffer.from('{"action":"passes"}') } },
    ]);
  });

  test('on AWS may fail, and an older one cannot be understood', async () => {
    const failed = await onAws({ ...payload('{"errorMessage":"no Records"}'), FunctionError: 'Unhandled' });
    await expect(failed.send({ action: 'passes' })).rejects.toThrow(
      'the function updater failed (Unhandled): {"errorMessage":"no Records"}; its log has the reason',
    );
    const older = await onAws(payload('{"batchItemFailures":[]}'));
    const terminal = { out: () => {}, err: () => {}, colour: false };
    await expect(carryOut(older.send, { action: 'passes' }, terminal)).rejects.toThrow(
      'this version cannot read the answer of the updater: passes is not a list; use the version of the deployment',
    );
  });
});
