import { LABELS, type Run } from '../run.ts';
import { OUTPUTS } from './life-steps.ts';
import type { Step } from './step.ts';

/** How a step deploys: with the settings of the run, and more of them. */
export interface Deploying {
  /** The command, for `--plan`. */
  planned: string;
  deploy(run: Run, more: readonly string[]): Promise<void>;
}

/** Switches sign-in on while the app serves, and measures how long it does not. */
export function switchingOn({ planned, deploy }: Deploying): Step {
  return {
    what: 'deploy once more, with sign-in, while the test app is asked each second',
    how: [planned, `GET / of ${LABELS.app}, each second`],
    async run(run) {
      const watch = watchApp(run);
      try {
        await deploy(run, run.options.signIn);
      } finally {
        watch.deployed();
      }
      await keepFunctionInMind(run);
      const { from, to } = await watch.ended;
      const seconds = from === undefined || to === undefined ? undefined : (to - from) / 1_000;
      run.saw({
        question: 'How long does an app not answer while sign-in is switched on?',
        expected: 'from the router with sign-in to the first run of the updater: some minutes; then 401',
        seen:
          to === undefined
            ? 'no 401 within ten minutes after the deployment'
            : `${seconds === undefined ? 'not at all' : `${Math.round(seconds)} s`}, then 401`,
        agrees: to !== undefined && (seconds ?? 0) < 900,
      });
    },
  };
}

/** Asks the app each second, until it wants a session or the deployment has ended ten minutes ago. */
function watchApp(run: Run) {
  let [from, to, deployedAt]: (number | undefined)[] = [];
  const watch = async () => {
    while (to === undefined && (deployedAt === undefined || run.world.now() - deployedAt < 600_000)) {
      run.interrupted.throwIfAborted();
      const reply = await run.ask(LABELS.app).catch(() => undefined);
      if (reply?.status === 503) from ??= run.world.now();
      if (reply?.status === 401) to = run.world.now();
      await run.world.sleep(1_000);
    }
    return { from, to };
  };
  const ended = watch();
  // A failed deployment ends the run before anything waits for this.
  ended.catch(() => undefined);
  return {
    ended,
    deployed: () => {
      deployedAt = run.world.now();
    },
  };
}

/** CloudFront keeps copies of the function for hours, so Lambda refuses to delete it at the end of a run. */
async function keepFunctionInMind({ world, ledger }: Run): Promise<void> {
  const outputs = Object.values(await world.outputs(OUTPUTS)).flatMap((each) => Object.entries(each));
  const name = outputs.find(([output]) => output === 'ConciergeFunctionName')?.[1];
  if (name === undefined) throw new Error(`${OUTPUTS} has no ConciergeFunctionName`);
  const command = ['lambda', 'delete-function', '--region', 'us-east-1', '--function-name', name];
  ledger.addFirst({
    what: `function ${name}, which CloudFront keeps for some hours`,
    byHand: `tomorrow: aws ${command.join(' ')}`,
    remove: async () => {
      await world.aws(command);
    },
  });
}
