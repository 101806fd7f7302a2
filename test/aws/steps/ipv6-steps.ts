import { APP_PORT } from '../app.ts';
import type { Options } from '../options.ts';
import { IPV6_PROBES, KEPT_PROBE } from '../probes/ipv6.ts';
import { ask } from '../probes/probe.ts';
import { LABELS } from '../run.ts';
import { type Change, launch, life, type Plan } from './life-steps.ts';
import type { Step } from './step.ts';

/** An instance without IPv4, in a subnet without IPv4, as docs/operate/private-instances.md describes it. */
const IPV6_ONLY: Plan = {
  label: LABELS.ipv6,
  tags: {
    Name: 'edge-proxy e2e, IPv6 only',
    'proxy:host': LABELS.ipv6,
    'proxy:port': String(APP_PORT),
  },
  place: async ({ ipv6Vpc: { vpc, subnet } }) => ({ vpc, subnet, output: 'OriginsIpv6GroupOf' }),
};

/** Makes the VPC. The deployment makes its security groups, so this comes before it. */
export function vpcStep({ region, deployment }: Options): Step {
  const what = `a VPC in ${region} with an IPv6 block, an internet gateway and a subnet without IPv4`;
  return {
    what: `make ${what}`,
    how: [
      'ec2 CreateVpc, ModifyVpcAttribute, CreateInternetGateway, AttachInternetGateway, CreateRoute, CreateSubnet',
    ],
    async run(run) {
      const { world, ledger } = run;
      ledger.add({
        what: `VPC tagged edge-proxy-e2e=${deployment} in ${region}`,
        byHand: `aws ec2 describe-vpcs --region ${region} --filters Name=tag:edge-proxy-e2e,Values=${deployment}, then delete its subnet, its internet gateway and the VPC`,
        remove: () => world.removeIpv6Vpc(region, deployment),
      });
      run.ipv6Vpc = await world.makeIpv6Vpc(region, deployment);
    },
  };
}

/** The life of an instance that has IPv6 only. */
export function ipv6Steps(): Step[] {
  const change = (to: Change['to'], name: string, shows: Change['shows']) =>
    life({ label: LABELS.ipv6, to, name, shows });
  return [
    {
      what: 'launch a t4g.nano without IPv4, and wait for its first 200',
      how: ['ec2 RunInstances in the subnet without IPv4', `GET / of ${LABELS.ipv6}, twice a second`],
      run: (run) => launch(run, IPV6_ONLY),
    },
    {
      what: 'ask about its public name',
      how: IPV6_PROBES.map(({ question, how }) => `${question} ${how}`),
      async run(run) {
        for (const probe of IPV6_PROBES) await ask(probe, run);
      },
    },
    change('stop', 'stop → asleep', 'asleep'),
    change('start', 'start → 200 at the same address', 200),
    {
      what: 'ask whether it has kept its address',
      how: [`${KEPT_PROBE.question} ${KEPT_PROBE.how}`],
      run: (run) => ask(KEPT_PROBE, run),
    },
    change('terminate', 'terminate → gone', 'unknown'),
  ];
}
