import { type EC2Client, type Filter, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { instancesOf } from '../../core/described-instance.ts';
import { type Instance, isInstanceId } from '../../core/instance.ts';
import { TAG_PREFIX } from '../../core/tags.ts';
import type { Fleet } from '../ports.ts';

/** Values that one filter may have (EC2 API reference, "DescribeInstances"). */
const FILTER_VALUES = 200;

/** Instances of one region by DescribeInstances, paged, and never by id parameters: one unknown id would fail the call. */
export class Ec2Fleet implements Fleet {
  readonly #client: EC2Client;
  readonly #region: string;

  constructor(client: EC2Client, region: string) {
    this.#client = client;
    this.#region = region;
  }

  async list(also: readonly string[]): Promise<Instance[]> {
    const tagged = await this.#describe({ Name: 'tag-key', Values: [`${TAG_PREFIX}*`] });
    const seen = new Set(tagged.map((instance) => instance.id));
    const missing = also.filter((id) => isInstanceId(id) && !seen.has(id));
    const found = [...tagged];
    for (let i = 0; i < missing.length; i += FILTER_VALUES) {
      found.push(
        ...(await this.#describe({ Name: 'instance-id', Values: missing.slice(i, i + FILTER_VALUES) })),
      );
    }
    return found;
  }

  async #describe(filter: Filter): Promise<Instance[]> {
    const instances: Instance[] = [];
    const pages = paginateDescribeInstances({ client: this.#client, pageSize: 1000 }, { Filters: [filter] });
    for await (const page of pages) {
      instances.push(...instancesOf(page.Reservations ?? [], this.#region));
    }
    return instances;
  }
}

/** Several regions as one fleet: when one can't be listed, neither can the whole. */
export function fleetOf(regions: readonly Fleet[]): Fleet {
  return {
    list: async (also) => (await Promise.all(regions.map((region) => region.list(also)))).flat(),
  };
}
