import { decodeEntry, isServing } from '../../core/entry/entry.ts';
import { Cloud, MINUTE, START } from './cloud/cloud.ts';
import { REGIONS } from './story/action.ts';
import { CALM } from './story/weather.ts';

/** Changes the fleet in one second of the flapping. */
export type Flap = (cloud: Cloud, second: number) => void;

/** Cost of the flapping, and the state of the name after it. */
export interface FlapFigures {
  writes: number;
  /** Longest time in milliseconds that the store named an instance that did not claim the name. */
  exposure: number;
  /** Whether `shop` is served five minutes after the last flap. */
  isServed: boolean;
}

const SHOP = { 'proxy:host': 'shop' };
const SHOP_NAME = 'shop.dev.example.com';

/** Instances 1 to 9 run and claim nothing yet. */
const INSTANCES = 9;

/** Flapping by one instance that changes a tag each second, and by a name that moves between instances. */
export const FLAPPERS: Readonly<Record<string, Flap>> = {
  'an instance that changes its port': (cloud, second) =>
    cloud.ec2.tag(1, { ...SHOP, 'proxy:port': second % 2 === 0 ? '3000' : '8080' }, []),
  'an instance that comes and goes': (cloud, second) =>
    second % 2 === 0 ? cloud.ec2.tag(1, SHOP, []) : cloud.ec2.tag(1, {}, ['proxy:host']),
  'an instance that takes another name each time': (cloud, second) =>
    cloud.ec2.tag(1, { 'proxy:host': second % 7 === 0 ? 'shop' : `shop-${second % 1_000}` }, []),
  'an instance whose tags are wrong every other second': (cloud, second) =>
    cloud.ec2.tag(1, { ...SHOP, 'proxy:port': second % 2 === 0 ? '3000' : '22' }, []),
  'a name that goes from one instance to the next': (cloud, second) => {
    cloud.ec2.tag(1 + (second % INSTANCES), {}, ['proxy:host']);
    cloud.ec2.tag(1 + ((second + 1) % INSTANCES), SHOP, []);
  },
};

/** Flaps once a second for some hours, and then leaves the name to instance 1. */
export async function runFlapper(flap: Flap, hours: number): Promise<FlapFigures> {
  const figures = { writes: 0, exposure: 0, isServed: false };
  /** Name and instance → epoch milliseconds since when the store names an instance that does not claim the name. */
  let unwanted: ReadonlyMap<string, number> = new Map();
  const cloud = await Cloud.open(0, CALM, {
    trace: () => {},
    stateChanged: () => {},
    beforeWrite: () => {
      figures.writes += 1;
    },
    afterRun: () => {
      // The lines of a day would fill the memory.
      for (const path of cloud.s3.objects.keys())
        if (!path.startsWith('journal/mirror/') && !path.startsWith('site/')) cloud.s3.objects.delete(path);
    },
  });
  const look = () => {
    const { now } = cloud.timeline;
    unwanted = new Map(unwantedIn(cloud).map((key) => [key, unwanted.get(key) ?? now]));
    figures.exposure = Math.max(figures.exposure, ...[...unwanted.values()].map((since) => now - since));
  };
  for (let n = 1; n <= INSTANCES; n++) cloud.ec2.launch(n, REGIONS[0], true, { Name: `n${n}` });
  await cloud.timeline.until(START + 2 * MINUTE);
  cloud.startSchedule();
  const seconds = hours * 3_600;
  for (let second = 0; second < seconds; second++) {
    await cloud.timeline.until(START + 2 * MINUTE + second * 1_000);
    look();
    flap(cloud, second);
  }
  for (let n = 2; n <= INSTANCES; n++) cloud.ec2.tag(n, {}, ['proxy:host', 'proxy:group']);
  cloud.ec2.tag(1, { ...SHOP, 'proxy:port': '3000' }, []);
  await cloud.timeline.until(cloud.timeline.now + 5 * MINUTE);
  const entry = decodeEntry(cloud.kvs.get(SHOP_NAME) ?? '');
  return { ...figures, isServed: entry?.state === 'live' };
}

/** Pairs of name and instance for which the store serves an instance that does not claim the name. */
function unwantedIn({ kvs, ec2 }: Cloud): string[] {
  return [...kvs.entries].flatMap(([name, value]) => {
    const entry = decodeEntry(value);
    const served = entry && isServing(entry) ? entry.instances : [];
    const others = served.filter(
      ({ id }) => `${ec2.machineOf(id)?.tags.get('proxy:host')}.dev.example.com` !== name,
    );
    return others.map(({ id }) => `${name} ${id}`);
  });
}
