import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { settingsFromContext } from '../../infra/settings/deployment-settings.ts';
import { APP_PORT, LATE_PORT } from './app.ts';
import { perform, VERIFIED_FILE } from './main.ts';
import { OptionsError, optionsOf } from './options.ts';
import { planOf } from './plan.ts';
import { FRESH_PROBES } from './probes/fresh.ts';
import { RATE_PROBE, SIGN_IN_PROBES } from './probes/sign-in.ts';
import { NoSectionError, type Row, withRows } from './rows.ts';
import { DOMAIN } from './stub/guarded-apps.ts';
import { stubWorld } from './stub/stub-world.ts';
import type { World } from './world.ts';

const OPTIONS = optionsOf(['--deployment', 'e2e-1', '--region', 'eu-west-1']);

async function performed(more: Partial<World> = {}, options = OPTIONS) {
  const stub = stubWorld(more);
  const ended = await perform(options, stub.world, new AbortController().signal);
  return { ...stub, ...ended };
}

describe('npm run e2e:aws -- --plan', () => {
  test('prints every step and the clean-up, without credentials', async () => {
    const plan = ['--import', 'tsx', 'test/aws/main.ts', '--plan', '--deployment', 'e2e-1'];
    const { stdout } = await promisify(execFile)('node', plan, { env: { PATH: process.env['PATH'] } });
    expect(stdout).toMatch(/^1\. make a VPC in us-east-1 .*\n.*\n2\. deploy as e2e-1 in us-east-1/);
    expect(stdout).toMatch(/npx cdk deploy --all .*-c deployment=e2e-1 .*-c allowedCidrs=THIS-MACHINE\/32/);
    expect(stdout).toMatch(/npx cdk destroy --all --force -c deployment=e2e-1/);
    expect(stdout).toContain('empty and delete the retained buckets edge-proxy-e2e-1-*');
  });

  test('deploys with settings that the stacks accept', () => {
    const planned = planOf(OPTIONS).find((each) => each.includes('cdk deploy')) ?? '';
    const given = [...planned.matchAll(/-c (\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
    const found = { allowedCidrs: '203.0.113.7/32', originVpcIds: 'eu-west-1/vpc-0123456789abcdef0' };
    const settings = settingsFromContext({ ...Object.fromEntries(given), ...found });
    expect(settings).toMatchObject({
      deployment: 'e2e-1',
      homeRegion: 'eu-west-1',
      originPorts: { from: APP_PORT, to: LATE_PORT },
    });
  });

  test('has the settings of a domain if there is one', () => {
    const flags = [
      '--base-domain',
      'dev.example.com',
      '--certificate-arn',
      'arn:c',
      '--hosted-zone-id',
      'Z1',
    ];
    expect(planOf(optionsOf(flags)).join('\n')).toContain(
      '-c baseDomain=dev.example.com -c certificateArn=arn:c -c hostedZoneId=Z1',
    );
  });
});

const SIGN_IN = [
  ...['--base-domain', DOMAIN, '--certificate-arn', 'arn:c'],
  ...['--sign-in-issuer', 'https://login.example.com', '--sign-in-client-id', 'e2e'],
  ...['--sign-in-secret-arn', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:e2e-AbCdEf'],
];

describe('a run with a test provider', () => {
  const options = optionsOf(['--deployment', 'e2e-1', '--region', 'eu-west-1', ...SIGN_IN]);

  test('needs the three flags of sign-in, and a base domain', () => {
    expect(() => optionsOf(SIGN_IN.slice(0, 6))).toThrow(
      'sign-in needs --sign-in-issuer, --sign-in-client-id',
    );
    expect(() => optionsOf(SIGN_IN.slice(4))).toThrow('--base-domain');
  });

  test('deploys with settings of sign-in that the stacks accept, at its end', () => {
    const planned = planOf(options).findLast((each) => each.includes('cdk deploy')) ?? '';
    const given = [...planned.matchAll(/-c (\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
    const found = {
      allowedCidrs: '203.0.113.7/32',
      originVpcIds: 'eu-west-1/vpc-0123456789abcdef0',
      certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
    };
    const settings = settingsFromContext({ ...Object.fromEntries(given), ...found });
    expect(settings.signIn).toMatchObject({ issuer: 'https://login.example.com', clientId: 'e2e' });
  });

  test('asks about sign-in too, gets the expected answers, and names the function that Lambda keeps', async () => {
    const { run, failure, left, done } = await performed({}, options);
    expect(failure).toBeUndefined();
    expect(run.rows.filter(({ agrees }) => !agrees)).toEqual([]);
    const questions = run.rows.map(({ question }) => question);
    for (const { question } of [...SIGN_IN_PROBES, ...FRESH_PROBES, RATE_PROBE])
      expect(questions).toContain(question);
    expect(done).toContain('cdk deploy with sign-in');
    expect(left).toEqual([
      'function concierge-1, which CloudFront keeps for some hours: tomorrow: aws lambda delete-function --region us-east-1 --function-name concierge-1',
    ]);
  });

  test('measures fresh routes beside viewers without hints, from the time at which the store accepted the change', async () => {
    const { run } = await performed({}, options);
    const fresh = FRESH_PROBES.map(
      ({ question }) => run.rows.find((row) => row.question === question)?.seen ?? '',
    );
    expect(fresh.slice(0, 2)).toEqual(
      Array.from({ length: 2 }, () => expect.stringMatching(/^[0-3]\.0 s; without hints 2[5-7]\.0 s$/)),
    );
    expect(fresh[2]).toMatch(/^-?[0-2]\.0 s$/);
  });

  test.each([
    ['hints that a browser does not get', '/_proxy/api/arrive?to=', { cookies: [] }, [false, false, true]],
    ['a newest state that is not told', '/_proxy/api/status', { status: 503 }, [false, false, false]],
  ])('notices %s', async (_what, path, change, agrees) => {
    const { world } = stubWorld();
    const ask: World['ask'] = async (edge, asked) => {
      const reply = await world.ask(edge, asked);
      return asked.path.startsWith(path) ? { ...reply, ...change } : reply;
    };
    const { run } = await perform(options, { ...world, ask }, new AbortController().signal);
    const fresh = run.rows.filter((row) => FRESH_PROBES.some(({ question }) => question === row.question));
    expect(fresh.map((row) => row.agrees)).toEqual(agrees);
    expect(run.rows.filter((row) => !row.agrees)).toHaveLength(agrees.filter((each) => !each).length);
  });

  test('says where a sign-in ends, if the provider shows a page', async () => {
    const visit = async () => ({ status: 200, headers: {}, body: '<form>' });
    const { run } = await performed({ visit }, options);
    const wrong = run.rows.filter(({ agrees }) => !agrees).map(({ seen }) => seen);
    expect(wrong.slice(0, 2)).toEqual(['a page of login.example.com after 3 answers: 200 , no user', 'none']);
    expect(wrong.slice(2)).toEqual(
      ['e2e-fresh', 'e2e', 'e2e'].map(
        (label) => `Error: the way to https://${label}.${DOMAIN} ends at https://login.example.com, with 200`,
      ),
    );
  });

  test('notices an app that stays open, a pass that opens nothing, and a rate without a limit', async () => {
    const { world } = stubWorld();
    let isOn = false;
    const openWorld: World = {
      ...world,
      cdk: async (args) => {
        isOn = args.some((each) => each.startsWith('signInIssuer='));
      },
      ask: async (edge, asked) =>
        isOn ? { status: 200, headers: {}, body: '{"headers":{}}' } : world.ask(edge, asked),
    };
    const { run, failure } = await perform(options, openWorld, new AbortController().signal);
    expect(failure).toBeUndefined();
    const wrong = run.rows.filter(({ agrees }) => !agrees).map(({ seen }) => seen);
    expect(wrong).toContain('no 401 within ten minutes after the deployment');
    expect(wrong).toContainEqual(
      expect.stringMatching(/^200 after 0 s, user missing; 200 181 s after the order/),
    );
    expect(wrong).toContainEqual(expect.stringMatching(/^no 429 after 2400 requests; the app 200$/));
  });
});

describe('the deployment', () => {
  test('has a new id in each run', () => {
    expect(optionsOf([]).deployment).toMatch(/^e2e-[0-9a-f]{6}$/);
    expect(optionsOf([]).deployment).not.toBe(optionsOf([]).deployment);
  });

  test.each(['main', 'e2e', 'e2e-', 'E2E-1', 'e2e-1/x'])(
    'is never %s, because the run destroys its deployment',
    (deployment) => {
      expect(() => optionsOf(['--deployment', deployment])).toThrow(OptionsError);
    },
  );

  test('lists the options if it gets an unknown one', () => {
    expect(() => optionsOf(['--bogus'])).toThrow(
      /Unknown option '--bogus'.* the options are --region, --deployment, /,
    );
  });
});

describe('a run', () => {
  test('asks every question, gets the expected answers, and leaves nothing', async () => {
    const { run, failure, left, done } = await performed();
    expect(failure).toBeUndefined();
    expect(run.rows.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(run.rows.length).toBeGreaterThan(20);
    expect(left).toEqual([]);
    expect(done).toEqual([
      ...['make VPC', 'cdk deploy', 'aws create-subscription'],
      ...['launch in default with sg-1', 'stop', 'start', 'terminate'],
      ...['launch in subnet-6 with sg-6', 'stop', 'start', 'terminate'],
      ...['terminate', 'terminate', 'aws get-subscription', 'aws cancel-subscription'],
      ...['cdk destroy', 'remove edge-proxy-e2e-1-*', 'remove VPC'],
    ]);
  });

  test('notices that EC2 names an address otherwise, that the name is unknown, and that a start has changed the address', async () => {
    let asked = 0;
    const ipv6Of = async () => {
      asked += 1;
      return { address: `2a05:d018::${asked}`, name: 'other.ip.aws' };
    };
    const { run, failure } = await performed({ ipv6Of, resolve: async () => [] });
    expect(failure).toBeUndefined();
    expect(run.rows.filter(({ agrees }) => !agrees).map(({ seen }) => seen)).toEqual([
      expect.stringMatching(/^other\.ip\.aws, not \S+\.eu-west-1\.ip\.aws$/),
      'no record',
      '2a05:d018::3 after 2a05:d018::1',
    ]);
  });

  test('deletes the remains of a failed deployment', async () => {
    const calls: string[] = [];
    const cdk = async ([command = '']: readonly string[]) => {
      calls.push(command);
      if (command === 'deploy') throw new Error('npx cdk deploy ended with 1');
    };
    const { failure, left, done } = await performed({ cdk });
    expect(failure).toEqual(new Error('npx cdk deploy ended with 1'));
    expect(calls).toEqual(['deploy', 'destroy']);
    expect(done).toEqual(['make VPC', 'remove edge-proxy-e2e-1-*', 'remove VPC']);
    expect(left).toEqual([]);
  });

  test('never begins the billing of a plan', async () => {
    const calls: string[] = [];
    const { aws } = stubWorld().world;
    const { failure } = await performed({
      aws: (args) => {
        calls.push(args.join(' '));
        return aws(args);
      },
    });
    expect(failure).toBeUndefined();
    expect(calls[0]).toMatch(
      /create-subscription .*--plan-tier PRO --approval-mode MANUAL --resource-arns arn:aws:cloudfront::111122223333:distribution\/E1 arn:aws:wafv2:\S+ arn:aws:cloudfront::\S+ --output json$/,
    );
    expect(calls.filter((call) => /IMMEDIATE|approve/.test(call))).toEqual([]);
  });

  test('waits an hour for the first access log, and notices keys that the reader does not know', async () => {
    const { objects } = stubWorld().world;
    const none = async (bucket: string, prefix: string) => (bucket === 'logs' ? [] : objects(bucket, prefix));
    const late = await performed({ objects: none });
    const other = async (bucket: string, prefix: string) =>
      bucket === 'logs' ? [{ key: 'cloudfront/2026/11/30/a.gz', at: 0 }] : objects(bucket, prefix);
    const unknown = await performed({ objects: other });
    const wrong = [late, unknown].map(({ run }) => run.rows.find(({ agrees }) => !agrees)?.seen);
    expect(wrong).toEqual([
      'no log within an hour',
      'after 59 min cloudfront/2026/11/30/a.gz; the reader does not know this key',
    ]);
  });

  test('keeps the row of a failed question, and asks the others', async () => {
    const webSocket = async () => {
      throw new Error('closed with 1006');
    };
    const { run, failure } = await performed({ webSocket });
    expect(failure).toBeUndefined();
    const wrong = run.rows.filter(({ agrees }) => !agrees);
    expect(wrong.map(({ seen }) => seen)).toEqual(['Error: closed with 1006']);
  });

  test('waits for the alarm that goes off in a new deployment, and for no other', async () => {
    const said = [['alarms  updater-silent rings'], ['alarms  updater-silent rings'], ['trail  no trail']];
    const { run } = await performed({ complaints: async () => said.shift() ?? [] });
    expect(run.rows.find(({ question }) => question.includes('doctor'))).toMatchObject({
      seen: 'trail  no trail',
      agrees: true,
    });
  });

  test('stops waiting after ten minutes, names the condition, and cleans up', async () => {
    const ask = async () => ({ status: 403, headers: {}, body: '' });
    const { failure, left } = await performed({ ask });
    expect(String(failure)).toBe(
      'TooLateError: the first 200 of e2e: not after 10 min; the last answer was 403 ',
    );
    expect(left).toEqual([]);
  });

  test('stops at Ctrl-C, also while it waits, and cleans up', async () => {
    const stop = new AbortController();
    const { world, done } = stubWorld({
      ask: async () => {
        stop.abort(new Error('Ctrl-C'));
        return { status: 503, headers: {}, body: '' };
      },
    });
    const { failure, left } = await perform(OPTIONS, world, stop.signal);
    expect(failure).toEqual(new Error('Ctrl-C'));
    expect(done.filter((each) => !each.startsWith('aws '))).toEqual([
      ...['make VPC', 'cdk deploy', 'launch in default with sg-1'],
      ...['terminate', 'cdk destroy', 'remove edge-proxy-e2e-1-*', 'remove VPC'],
    ]);
    expect(left).toEqual([]);
  });

  test('names resources that it could not delete, and the commands for them', async () => {
    const removeBuckets = async () => {
      throw new Error('AccessDenied');
    };
    const { left, said, done } = await performed({ removeBuckets });
    expect(left).toEqual([
      'buckets edge-proxy-e2e-1-*: aws s3 ls | grep edge-proxy-e2e-1-, then empty and delete each',
    ]);
    expect(said.at(-1)).toContain('not deleted:\nbuckets edge-proxy-e2e-1-*');
    expect(done).toContain('cdk destroy');
  });

  test('leaves everything in place with --keep, and says how to remove it', async () => {
    const { left, done } = await performed({}, { ...OPTIONS, keep: true });
    expect(done.filter((each) => each === 'cdk destroy')).toEqual([]);
    expect(left).toHaveLength(6);
    expect(left.join('\n')).toContain('npx cdk destroy --all --force -c deployment=e2e-1');
  });
});

describe('docs/inside/verified.md', () => {
  const row: Row = { question: 'Does it?', expected: 'yes', seen: 'a | b\nc', agrees: false };

  test('has a place for the rows of a run', () => {
    const page = readFileSync(VERIFIED_FILE, 'utf8');
    const written = withRows(page, 'verified.md', 'Run today.', [row]);
    expect(written).toContain('Run today.\n\n| as expected | question | expected | seen |');
    expect(written).toContain('| **no** | Does it? | yes | a \\| b c |');
    expect(withRows(written, 'verified.md', 'Run today.', [row])).toBe(written);
    expect(written.slice(0, page.indexOf('<!-- e2e:aws'))).toBe(page.slice(0, page.indexOf('<!-- e2e:aws')));
  });

  test('is refused without the place for the rows', () => {
    expect(() => withRows('# A page', 'page.md', '', [row])).toThrow(NoSectionError);
  });
});
