import { APP_PORT, LATE_PORT, USER_DATA } from './app.ts';
import type { Options } from './options.ts';
import { EDGE_PROBES, isState } from './probes/edge.ts';
import { ask, type Probe } from './probes/probe.ts';
import { STORE_PROBES } from './probes/store.ts';
import { LATE_PROBES, UPDATER_PROBES } from './probes/updater.ts';
import { LABELS, type Run } from './run.ts';

/** One step of a run: its lines in `--plan`, and its action. */
export interface Step {
  what: string;
  /** Commands and calls, as far as they are known beforehand. */
  how: readonly string[];
  run(run: Run): Promise<void>;
}

const OUTPUTS = 'cdk.out/e2e-aws-outputs.json';

/** Settings of the deployment; `address` and `vpc` are looked up when it is deployed. */
function settingsOf({ deployment, region, domain }: Options, address: string, vpc: string): string[] {
  const settings = {
    deployment,
    homeRegion: region,
    allowedCidrs: `${address}/32`,
    originVpcIds: `${region}/${vpc}`,
    originPorts: `${APP_PORT}-${LATE_PORT}`,
  };
  return [...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]), ...domain];
}

function deployWith(settings: readonly string[]): string[] {
  return ['deploy', '--all', '--require-approval', 'never', '--outputs-file', OUTPUTS, ...settings];
}

function destroyWith(settings: readonly string[]): string[] {
  return ['destroy', '--all', '--force', ...settings];
}

/** All steps of a run, in order. Everything that they create is deleted at the end, even after a failure. */
export function stepsOf(options: Options): Step[] {
  const { deployment, region } = options;
  const planned = settingsOf(options, 'THIS-MACHINE', 'DEFAULT-VPC');
  return [
    {
      what: `deploy as ${deployment} in ${region}, for this machine's address only`,
      how: [printed(deployWith(planned))],
      run: deploy,
    },
    probing('ask the doctor', [DOCTOR]),
    {
      what: 'launch a t4g.nano with the test app, and wait for its first 200',
      how: [
        `ec2 RunInstances, tags ${Object.entries(tagsOf())
          .map(([key, value]) => `${key}=${value}`)
          .join(' ')}`,
        `GET / of ${LABELS.app}, twice a second`,
      ],
      run: launch,
    },
    probing('ask the edge', EDGE_PROBES),
    probing('ask the store', STORE_PROBES),
    probing('ask the updater', UPDATER_PROBES),
    life('stop', 'stop → asleep', 'asleep'),
    life('start', 'start → 200 at a new address', 200),
    life('terminate', 'terminate → gone', 'unknown'),
    probing('ask the journal', LATE_PROBES),
  ];
}

/** The clean-up at the end, for `--plan`. */
export function undoingOf(options: Options): string[] {
  const { deployment, region } = options;
  return [
    `ec2 TerminateInstances in ${region}`,
    printed(destroyWith(settingsOf(options, 'THIS-MACHINE', 'DEFAULT-VPC'))),
    `empty and delete the retained buckets edge-proxy-${deployment}-*`,
  ];
}

function printed(args: readonly string[]): string {
  return `npx cdk ${args.join(' ')}`;
}

async function deploy(run: Run): Promise<void> {
  const { options, world, ledger } = run;
  const { deployment, region } = options;
  const settings = settingsOf(options, await world.ownAddress(), await world.defaultVpc(region));
  const beginning = `edge-proxy-${deployment}-`;
  ledger.add({
    what: `buckets ${beginning}*`,
    byHand: `aws s3 ls | grep ${beginning}, then empty and delete each`,
    remove: () => world.removeBuckets(beginning),
  });
  ledger.add({
    what: `stacks ${beginning}*`,
    byHand: printed(destroyWith(settings)),
    remove: () => world.cdk(destroyWith(settings)),
  });
  const began = world.now();
  await world.cdk(deployWith(settings));
  run.deployment = await world.deployment(deployment, region);
  run.saw({
    question: 'Does everything deploy, the weak references between the stacks included?',
    expected: 'yes',
    seen: `yes, in ${((world.now() - began) / 60_000).toFixed(1)} min`,
    agrees: true,
  });
}

/** Two periods of the alarm, and one for CloudWatch. */
const FIRST_SILENCE_MS = 15 * 60_000;

const DOCTOR: Probe = {
  question: 'Does the doctor find a fresh deployment well?',
  expected: 'no complaint, but for a missing trail where the account has none',
  how: 'dynamic-edge-proxy doctor; again while updater-silent rings, which knows of no sweep before it was made',
  async run({ world, deployment }) {
    const until = world.now() + FIRST_SILENCE_MS;
    let complaints = await world.complaints(deployment);
    while (complaints.some((each) => each.includes('updater-silent')) && world.now() < until) {
      await world.sleep(30_000);
      complaints = await world.complaints(deployment);
    }
    return {
      seen: complaints.join('; ') || 'no complaint',
      agrees: complaints.every((each) => each.startsWith('trail')),
    };
  },
};

/** The two routes of the test, on one instance. */
function tagsOf(): Record<string, string> {
  return {
    Name: 'edge-proxy e2e',
    'proxy:host': LABELS.app,
    'proxy:port': String(APP_PORT),
    'proxy:dead:host': LABELS.dead,
    'proxy:dead:port': String(LATE_PORT),
  };
}

async function launch(run: Run): Promise<void> {
  const { options, world, ledger } = run;
  const { deployment, region } = options;
  const outputs = Object.values(await world.outputs(OUTPUTS)).flatMap((each) => Object.entries(each));
  const group = outputs.find(([name]) => /^OriginsGroupOf/.test(name))?.[1];
  if (group === undefined) throw new Error(`${OUTPUTS} has no security group for instances`);
  const launched = world.now();
  const id = await world.launch(region, { group, tags: tagsOf(), userData: USER_DATA });
  ledger.add({
    what: `instance ${id} of ${deployment} in ${region}`,
    byHand: `aws ec2 terminate-instances --region ${region} --instance-ids ${id}`,
    remove: () => world.change(region, id, 'terminate'),
  });
  run.instance = id;
  const seconds = await run.until('the first 200', launched, ({ status }) => status === 200);
  run.saw({
    question: 'How long from launch to the first 200 through CloudFront?',
    expected: 'as long as the instance boots, or the 20–45 s of an edge, whichever is more',
    seen: `${seconds.toFixed(1)} s`,
    agrees: seconds < 180,
  });
}

function probing(what: string, probes: readonly Probe[]): Step {
  return {
    what,
    how: probes.map(
      ({ question, how, named }) => `${question} ${how}${named ? ' (with --base-domain only)' : ''}`,
    ),
    async run(run) {
      for (const probe of probes) {
        run.interrupted.throwIfAborted();
        await ask(probe, run);
      }
    },
  };
}

/** One change in the instance's life, and the time until an edge shows it, by status or by the router's notice. */
function life(to: 'stop' | 'start' | 'terminate', name: string, then: number | string): Step {
  const wanted =
    typeof then === 'number' ? ({ status }: { status: number }) => status === then : isState(then);
  return {
    what: `${name}: wait until an edge says so`,
    how: [`ec2 ${to[0]?.toUpperCase()}${to.slice(1)}Instances`, `GET / of ${LABELS.app}, twice a second`],
    async run(run) {
      const { world, options, instance } = run;
      if (to === 'start') await world.stopped(options.region, instance);
      const asked = world.now();
      await world.change(options.region, instance, to);
      const seconds = await run.until(name, asked, wanted);
      run.saw({
        question: `How long from ${name}?`,
        expected: to === 'start' ? 'as for a launch' : '20–45 s',
        seen: `${seconds.toFixed(1)} s`,
        agrees: seconds < (to === 'start' ? 180 : 60),
      });
    },
  };
}
