import { findAcceptance } from '../acceptance.ts';
import { LABELS, type Label, type Run } from '../run.ts';
import { launchInstance, publicPlan } from '../steps/life-steps.ts';
import { Watcher } from '../waiting.ts';
import type { Reply } from '../world.ts';
import { isState } from './edge.ts';
import type { Probe } from './probe.ts';

/** A page that waits asks each second, and takes the way through `arrive`. The goal is 2.2 s at the 95th percentile. */
const SOON = 3;

/** CloudFront may try a dead address for some seconds before it answers 502. */
const SOON_AFTER_502 = 15;

/** Questions about fresh routes, to a deployment with sign-in. */
export const FRESH_PROBES: readonly Probe[] = [
  {
    question: 'How soon after the store does a page that waits reach a new instance?',
    expected: `within ${SOON} s, through a hint; without hints after the 20–45 s of an edge`,
    how: `ec2 RunInstances of ${LABELS.fresh}; two people who open it: one follows as the waiting page does, one reloads; acceptedAt in the journal`,
    async run(run) {
      const seen = await race(run, LABELS.fresh, isSent, () =>
        launchInstance(run, publicPlan(LABELS.fresh, {})),
      );
      return compare(run, LABELS.fresh, seen);
    },
  },
  {
    question: 'How soon after the store does a page that waits show an app that runs?',
    expected: `within ${SOON} s, through a hint; without hints after the 20–45 s of an edge`,
    how: 'tag proxy:maintenance=on, wait until both see it, then off, as above',
    async run(run) {
      const { world, options } = run;
      const maintain = (value: string) => () =>
        world.tag(options.region, run.instanceOf(LABELS.app), { 'proxy:maintenance': value });
      await race(run, LABELS.app, isState('maintenance'), maintain('on'));
      const seen = await race(run, LABELS.app, ({ status }) => status === 200, maintain('off'));
      return compare(run, LABELS.app, seen);
    },
  },
  {
    question: 'How soon after the store does a person who reloads after a stop read the reason?',
    expected: `within 2 s of the page for 502, which CloudFront shows within ${SOON_AFTER_502} s`,
    how: 'ec2 StopInstances; GET / each second as a person, and of a page for 502 the state that it asks for; acceptedAt in the journal',
    async run(run) {
      const { world, options } = run;
      const watcher = await Watcher.open(run, LABELS.app);
      const since = world.now();
      await world.change(options.region, run.instanceOf(LABELS.app), 'stop');
      const seen = await watcher.reloadForReason('asleep');
      const seconds = (seen - (await findAcceptance(run, LABELS.app, 'asleep', since))) / 1_000;
      return { seen: `${seconds.toFixed(1)} s`, agrees: seconds <= SOON_AFTER_502 };
    },
  },
];

/** The begin of a change, and the times at which two people saw it, in epoch milliseconds. */
interface Race {
  since: number;
  followed: number;
  reloaded: number;
}

/** Makes a change while two people have the app open: one follows as a page that waits does, one reloads only. */
async function race(
  run: Run,
  label: Label,
  isSeen: (page: Reply) => boolean,
  change: () => Promise<void>,
): Promise<Race> {
  const [follower, other] = [await Watcher.open(run, label), await Watcher.open(run, label)];
  const since = run.world.now();
  await change();
  const [followed, reloaded] = await Promise.all([follower.follow(isSeen), other.reload(isSeen)]);
  return { since, followed, reloaded };
}

async function compare(run: Run, label: Label, { since, followed, reloaded }: Race) {
  const accepted = await findAcceptance(run, label, 'live', since);
  const [fresh, plain] = [(followed - accepted) / 1_000, (reloaded - accepted) / 1_000];
  return {
    seen: `${fresh.toFixed(1)} s; without hints ${plain.toFixed(1)} s`,
    agrees: fresh <= SOON && fresh <= plain,
  };
}

/** Whether the router sent the request to the instance, which may still boot: all answers of our own name a state. */
function isSent({ headers }: Reply): boolean {
  return headers['x-proxy-state'] === undefined;
}
