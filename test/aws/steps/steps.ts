import { APP_PORT, LATE_PORT } from '../app.ts';
import type { Options } from '../options.ts';
import { EDGE_PROBES } from '../probes/edge.ts';
import { FRESH_PROBES } from '../probes/fresh.ts';
import { LOG_PROBE } from '../probes/logs.ts';
import { PLAN_PROBE } from '../probes/plan.ts';
import { ask, type Probe } from '../probes/probe.ts';
import { RATE_PROBE, SIGN_IN_PROBES } from '../probes/sign-in.ts';
import { STORE_PROBES } from '../probes/store.ts';
import { LATE_PROBES, UPDATER_PROBES } from '../probes/updater.ts';
import { LABELS, type Run } from '../run.ts';
import { ipv6Steps, vpcStep } from './ipv6-steps.ts';
import { launch, life, OUTPUTS, publicPlan } from './life-steps.ts';
import { switchingOn } from './sign-in-steps.ts';
import type { Step } from './step.ts';

/** Stand for the VPCs in `--plan`. */
const PLANNED_VPCS = ['DEFAULT-VPC', 'IPV6-VPC'];

/** Settings of the deployment; `address` and `vpcs` are known when it is deployed. */
function settingsOf(
  { deployment, region, domain }: Options,
  address: string,
  vpcs: readonly string[],
): string[] {
  const settings = {
    deployment,
    homeRegion: region,
    allowedCidrs: `${address}/32`,
    originVpcIds: vpcs.map((vpc) => `${region}/${vpc}`).join(','),
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
  const planned = settingsOf(options, 'THIS-MACHINE', PLANNED_VPCS);
  return [
    vpcStep(options),
    {
      what: `deploy as ${deployment} in ${region}, for this machine's address only`,
      how: [printed(deployWith(planned))],
      run: deploy,
    },
    probing('ask the doctor', [DOCTOR]),
    probing('ask for a plan, without approving it', [PLAN_PROBE]),
    {
      what: 'launch a t4g.nano with the test app, and wait for its first 200',
      how: [
        `ec2 RunInstances, tags ${Object.entries(APP.tags)
          .map(([key, value]) => `${key}=${value}`)
          .join(' ')}`,
        `GET / of ${LABELS.app}, twice a second`,
      ],
      run: (run) => launch(run, APP),
    },
    probing('ask the edge', EDGE_PROBES),
    probing('ask the store', STORE_PROBES),
    probing('ask the updater', UPDATER_PROBES),
    life({ label: LABELS.app, to: 'stop', name: 'stop → asleep', shows: 'asleep' }),
    life({ label: LABELS.app, to: 'start', name: 'start → 200 at a new address', shows: 200 }),
    life({ label: LABELS.app, to: 'terminate', name: 'terminate → gone', shows: 'unknown' }),
    ...ipv6Steps(),
    probing('ask the journal', LATE_PROBES),
    probing('ask the access logs', [LOG_PROBE]),
    ...(options.signIn.length === 0 ? [] : signInSteps(planned, options)),
  ];
}

/** They come last, because no other question can be asked without a session. */
function signInSteps(planned: readonly string[], { signIn }: Options): Step[] {
  const deploying = {
    planned: printed(deployWith([...planned, ...signIn])),
    deploy: async (run: Run, more: readonly string[]) => {
      await run.world.cdk(deployWith([...(await foundSettings(run)), ...more]));
      run.deployment = await run.world.deployment(run.options.deployment, run.options.region);
    },
  };
  return [
    {
      what: 'launch the test app once more, and wait for its first 200',
      how: ['ec2 RunInstances, as above', `GET / of ${LABELS.app}, twice a second`],
      run: (run) => launch(run, APP),
    },
    switchingOn(deploying),
    probing('ask the doctor about sign-in', [DOCTOR]),
    probing('sign in', SIGN_IN_PROBES),
    probing('ask about fresh routes', FRESH_PROBES),
    // It shuts this machine out for a minute.
    probing('ask about the rate of requests', [RATE_PROBE]),
  ];
}

async function foundSettings({ options, world, ipv6Vpc }: Run): Promise<string[]> {
  const vpcs = [await world.defaultVpc(options.region), ipv6Vpc.vpc];
  return settingsOf(options, await world.ownAddress(), vpcs);
}

/** The clean-up at the end, for `--plan`. */
export function undoingOf(options: Options): string[] {
  const { deployment, region } = options;
  return [
    `ec2 TerminateInstances in ${region}`,
    printed(destroyWith(settingsOf(options, 'THIS-MACHINE', PLANNED_VPCS))),
    `empty and delete the retained buckets edge-proxy-${deployment}-*`,
    `delete the VPC tagged edge-proxy-e2e=${deployment}, its subnet and its internet gateway`,
  ];
}

function printed(args: readonly string[]): string {
  return `npx cdk ${args.join(' ')}`;
}

async function deploy(run: Run): Promise<void> {
  const { options, world, ledger } = run;
  const { deployment, region } = options;
  const settings = await foundSettings(run);
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
const APP = publicPlan(LABELS.app, {
  'proxy:dead:host': LABELS.dead,
  'proxy:dead:port': String(LATE_PORT),
});

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
