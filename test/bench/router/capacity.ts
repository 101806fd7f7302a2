import { createHash } from 'node:crypto';
import type { Address } from '../../../core/address.ts';
import { encodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import { type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import type { Instance } from '../../../core/instance.ts';
import { buildRoutes } from '../../../core/routes/route.ts';
import { completeSettings } from '../../../core/settings/settings.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { type Put, StoreError } from '../../../local/kvs/kvs-rules.ts';

/** How much one store holds. */
export interface CapacityFigures {
  rows: CapacityRow[];
  /** Bytes of the largest value that tags can ask for. */
  worst: number;
}

/** Typical apps on one port. */
export interface CapacityRow {
  address: 'IPv4' | 'IPv6';
  port: number;
  /** Apps that the store took before it refused one. */
  apps: number;
  /** Bytes of key and value, on average. */
  bytes: number;
}

/** Epoch seconds. */
const LAUNCHED = 1_795_436_239;
const DOMAIN = 'dev.example.com';
/** First octets of EC2's public addresses in eu-west-1 (AWS IP address ranges). */
const FIRST_OCTETS = [34, 52, 54, 63, 99, 108] as const;
/** Numbers of two or three digits, all equally likely. */
const octetOf = (byte: number) => 10 + (byte % 246);

/** Fills stores with typical apps, and looks for the largest value. */
export function benchCapacity(): CapacityFigures {
  const rows = [fill('IPv4', 80), fill('IPv4', 3000), fill('IPv6', 3000)];
  return { rows, worst: worstValue() };
}

function fill(address: CapacityRow['address'], port: number): CapacityRow {
  const store = new KeyValueStore({ clock: { now: () => 0 } });
  let apps = 0;
  // Fifty at a time, as the updater writes them; the last ones one by one.
  for (const step of [LIMITS.updateKeys, 1]) {
    while (
      accepts(
        store,
        typicalApps(apps, step, (n) => typicalApp(n, address, port)),
      )
    )
      apps += step;
  }
  return { address, port, apps, bytes: store.describe().bytes / apps };
}

function accepts(store: KeyValueStore, puts: readonly Put[]): boolean {
  try {
    store.update({ puts }, store.describe().etag);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.name === 'ServiceQuotaExceededException') return false;
    throw error;
  }
}

function typicalApps(from: number, count: number, make: (n: number) => Put): Put[] {
  return Array.from({ length: count }, (_, at) => make(from + at));
}

/** An instance behind a hostname of 24 bytes, as in the `n`th write of its deployment. */
function typicalApp(n: number, kind: CapacityRow['address'], port: number): Put {
  const digest = createHash('sha256').update(`${n}`).digest();
  const octets = [
    FIRST_OCTETS[n % FIRST_OCTETS.length],
    ...[0, 1, 2].map((at) => octetOf(digest.readUInt8(at))),
  ];
  const address: Address =
    kind === 'IPv4'
      ? { via: 'ipv4', name: `ec2-${octets.join('-')}.eu-west-1.compute.amazonaws.com` }
      : {
          via: 'ipv6',
          name: encodeIpAwsName({ ipv6: BigInt(`0x${digest.toString('hex', 0, 16)}`) }, 'eu-west-1'),
        };
  const entry: Entry = {
    access: 'public',
    deployment: 'main',
    state: 'live',
    sequence: LAUNCHED + n,
    instances: [
      {
        id: `i-0${digest.toString('hex', 4, 12)}`,
        launchedAt: LAUNCHED,
        address,
      },
    ],
    rules: [{ path: '/', to: [{ instance: 0, port, weight: 1 }], conditions: [], strip: false }],
    token: digest.toString('base64url', 12, 24),
  };
  return { key: `app${String(n).padStart(5, '0')}.${DOMAIN}`, value: encodeEntry(entry) };
}

/** Tries groups and paths well beyond the limit, with the longest names that EC2 gives and the highest sequence number. */
function worstValue(): number {
  const settings = completeSettings({ deployment: 'main', baseDomain: DOMAIN });
  const around = { settings, incumbents: new Map(), now: 0, tokenOf: () => 'x'.repeat(16) };
  let worst = 0;
  for (const fleet of largeFleets()) {
    for (const entry of buildRoutes(fleet, around).entries.values()) {
      const value = encodeEntry({ ...entry, sequence: Number.MAX_SAFE_INTEGER });
      worst = Math.max(worst, Buffer.byteLength(value));
    }
  }
  return worst;
}

function* largeFleets(): Generator<Instance[]> {
  for (const members of [1, 4, 12]) {
    for (let length = 1; length <= 190; length++) {
      for (const paths of [1, 4])
        yield Array.from({ length: members }, (_, n) => groupMember(n, paths, length));
    }
  }
}

/** A member of a group with this many paths of this length. */
function groupMember(n: number, paths: number, length: number): Instance {
  const routes = Array.from({ length: paths }, (_, at) => [
    [`proxy:r${at}:host`, 'shop'],
    [`proxy:r${at}:path`, `/${at}${'x'.repeat(length)}`],
    [`proxy:r${at}:weight`, `${n}`],
  ]);
  return {
    id: `i-${String(n).padStart(17, '0')}`,
    state: 'running',
    launchedAt: LAUNCHED + n,
    account: '111122223333',
    region: 'ap-northeast-1',
    tags: Object.fromEntries([['proxy:group', 'shop'], ...routes.flat()]),
    address: { via: 'ipv4', name: `ec2-203-0-113-${100 + n}.ap-northeast-1.compute.amazonaws.com` },
  };
}
