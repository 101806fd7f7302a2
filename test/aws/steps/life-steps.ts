import { APP_PORT, USER_DATA } from '../app.ts';
import { isState } from '../probes/edge.ts';
import type { Label, Run } from '../run.ts';
import type { Step } from './step.ts';

/** The file to which the deployment writes its outputs. */
export const OUTPUTS = 'cdk.out/e2e-aws-outputs.json';

/** An instance of the test, before it is launched. */
export interface Plan {
  label: Label;
  tags: Readonly<Record<string, string>>;
  /** Its place: the VPC, the beginning of the output that has its security group, and a subnet if it is not the default one. */
  place(run: Run): Promise<{ vpc: string; output: string; subnet?: string }>;
}

/** The routes of the test app, on an instance with a public IPv4 name. */
export function publicPlan(label: Label, tags: Plan['tags']): Plan {
  return {
    label,
    tags: { Name: `edge-proxy ${label}`, 'proxy:host': label, 'proxy:port': String(APP_PORT), ...tags },
    place: async ({ world, options }) => ({
      vpc: await world.defaultVpc(options.region),
      output: 'OriginsGroupOf',
    }),
  };
}

/** Launches an instance, and has it terminated at the end of the run. */
export async function launchInstance(run: Run, { label, tags, place }: Plan): Promise<void> {
  const { options, world, ledger } = run;
  const { deployment, region } = options;
  const { vpc, output, subnet } = await place(run);
  const outputs = Object.values(await world.outputs(OUTPUTS)).flatMap((each) => Object.entries(each));
  // The CDK leaves hyphens out of the names of outputs.
  const beginning = `${output}${vpc.replaceAll('-', '')}`;
  const group = outputs.find(([name]) => name.startsWith(beginning))?.[1];
  if (group === undefined) throw new Error(`${OUTPUTS} has no output that begins with ${beginning}`);
  const id = await world.launch(region, {
    ...{ group, tags, userData: USER_DATA },
    ...(subnet === undefined ? {} : { subnet }),
  });
  ledger.add({
    what: `instance ${id} of ${deployment} in ${region}`,
    byHand: `aws ec2 terminate-instances --region ${region} --instance-ids ${id}`,
    remove: () => world.change(region, id, 'terminate'),
  });
  run.launched(label, id);
}

/** Launches an instance and waits until an edge serves it. */
export async function launch(run: Run, plan: Plan): Promise<void> {
  const { label } = plan;
  const launched = run.world.now();
  await launchInstance(run, plan);
  const seconds = await run.until(
    `the first 200 of ${label}`,
    launched,
    ({ status }) => status === 200,
    label,
  );
  run.saw({
    question: `How long from launch to the first 200 of ${label} through CloudFront?`,
    expected: 'as long as the instance boots, or the 20–45 s of an edge, whichever is more',
    seen: `${seconds.toFixed(1)} s`,
    agrees: seconds < 180,
  });
}

/** One change in an instance's life: its call, its name in messages, and the answer of an edge at its end. */
export interface Change {
  label: Label;
  to: 'stop' | 'start' | 'terminate';
  name: string;
  /** A status, or a state of the router's notice. */
  shows: number | string;
}

/** Makes the change and waits until an edge shows it. */
export function life({ label, to, name, shows }: Change): Step {
  const wanted =
    typeof shows === 'number' ? ({ status }: { status: number }) => status === shows : isState(shows);
  return {
    what: `${label}: ${name}: wait until an edge says so`,
    how: [`ec2 ${to[0]?.toUpperCase()}${to.slice(1)}Instances`, `GET / of ${label}, twice a second`],
    async run(run) {
      const { world, options } = run;
      const instance = run.instanceOf(label);
      if (to === 'start') await world.stopped(options.region, instance);
      const asked = world.now();
      await world.change(options.region, instance, to);
      const seconds = await run.until(name, asked, wanted, label);
      run.saw({
        question: `How long from ${name} (${label})?`,
        expected: to === 'start' ? 'as for a launch' : '20–45 s',
        seen: `${seconds.toFixed(1)} s`,
        agrees: seconds < (to === 'start' ? 180 : 60),
      });
    },
  };
}
