import type { Setting } from './setting.ts';
import { type OriginVpc, type PortRange, parseList, parseOriginVpc, parsePorts } from './values.ts';

/** The setting `originPorts`. */
export const ORIGIN_PORTS: Setting<PortRange> = {
  name: 'originPorts',
  meaning: 'Ports that the security groups for instances open to CloudFront.',
  usual: '`80`',
  expected: 'a port or one range of ports, between 1 and 65535',
  example: '3000-3999',
  prop: { name: 'originPorts', code: portsCode },
  parse: parsePorts,
};

/** The setting `originVpcIds`. */
export const ORIGIN_VPC_IDS: Setting<readonly OriginVpc[]> = {
  name: 'originVpcIds',
  meaning:
    'VPCs that get two security groups which admit CloudFront only, one over IPv4 and one over IPv6. [Attach](apps.md#reaching-the-instance) one or both to your instances.',
  usual: 'none',
  expected:
    'REGION/VPC, or ACCOUNT/REGION/VPC for another account, separated by commas; account and region must belong to the deployment',
  example: 'eu-west-1/vpc-0123456789abcdef0,444455556666/eu-west-1/vpc-0123456789abcdef1',
  prop: { name: 'originVpcs', code: vpcsCode },
  parse: (text) => parseList(text, parseOriginVpc),
};

function portsCode(text: string): string {
  const [from, to = from] = text.split('-');
  return `{ from: ${from}, to: ${to} }`;
}

function vpcsCode(text: string): string {
  const vpcs = text.split(',').map((vpc) => {
    const [vpcId, region, account] = vpc.split('/').reverse();
    const parts = Object.entries({ account, region, vpcId }).filter(([, value]) => value !== undefined);
    return `{ ${parts.map(([key, value]) => `${key}: '${value}'`).join(', ')} }`;
  });
  return `[${vpcs.join(', ')}]`;
}
