import type { Instance } from '../../../../core/instance.ts';
import { parseTags } from '../../../../core/routes/route-spec.ts';
import { completeSettings } from '../../../../core/settings/settings.ts';
import type { Hostname } from '../../../../core/wire/brands.ts';
import type { Cloud, Family, FleetMember, InboundRule } from '../../cloud.ts';
import type { Deployment } from '../../deployment.ts';

/** The running instances of a region that have routes, and their inbound rules. */
export interface OriginFleet {
  region: string;
  origins: readonly Origin[];
  /** Ids of CloudFront's prefix lists. */
  lists: Readonly<Partial<Record<Family, string>>>;
}

/** A running instance that has routes. */
export interface Origin extends FleetMember {
  region: string;
  /** For messages: its id, and its first hostname. */
  name: string;
  ports: readonly number[];
  rules: readonly InboundRule[];
}

/** Reads the instances of one region. */
export async function readOriginFleet(
  cloud: Cloud,
  deployment: Pick<Deployment, 'id' | 'baseDomain'>,
  region: string,
): Promise<OriginFleet> {
  const fleet = await cloud.fleet(region);
  const running = fleet.filter(({ instance }) => instance.state === 'running');
  const groups = [...new Set(running.flatMap((member) => member.groups))];
  const [rules, lists] = await Promise.all([cloud.inboundRules(groups, region), cloud.originFacing(region)]);
  const { id, baseDomain } = deployment;
  const settings = completeSettings({ deployment: id, baseDomain });
  const origins = running.flatMap((member): Origin[] => {
    const { specs } = parseTags(withoutAccess(member.instance), settings);
    const [first] = specs;
    if (first === undefined) return [];
    return [
      {
        ...member,
        region,
        name: nameOf(member, first.hostname),
        ports: [...new Set(specs.map(({ port }) => port))],
        rules: member.groups.flatMap((group) => rules.get(group) ?? []),
      },
    ];
  });
  return { region, origins, lists };
}

/** The access of a name does not matter here, and the doctor does not know which groups the deployment has. */
function withoutAccess(instance: Instance): Instance {
  const tags = Object.entries(instance.tags).filter(([key]) => !/^proxy:(?:[^:]+:)?access$/.test(key));
  return { ...instance, tags: Object.fromEntries(tags) };
}

function nameOf({ instance }: FleetMember, hostname: Hostname): string {
  return `${instance.id} (${hostname})`;
}

/** The family over which the edge connects to an instance. Undefined for one without an address. */
export function familyOf({ instance }: FleetMember): Family | undefined {
  const via = instance.address?.via;
  return via === 'vpc' ? undefined : via;
}

/** Most names in one message. */
const MOST = 5;

/** The names of instances, shortened. */
export function listNames(origins: readonly Origin[]): string {
  const names = origins.slice(0, MOST).map(({ name }) => name);
  const more = origins.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
