import { Buffer } from 'node:buffer';
import { matchesGlob } from '../../../core/settings/glob.ts';
import { requireListed } from '../instance-ids.ts';
import type { LocalInstance } from '../local-instance.ts';
import { Ec2Error, invalidValue } from './ec2-error.ts';
import { type Form, parseInteger, parseMembers, parseTexts } from './ec2-form.ts';

/** One condition: a value of the attribute `name` matches one of the patterns (`*` for any characters, `?` for one). */
export interface Filter {
  name: string;
  values: readonly string[];
}

/** The parameters of DescribeInstances. */
export interface DescribeRequest {
  instanceIds: readonly string[];
  /** All conditions must be true. */
  filters: readonly Filter[];
  maxResults: number | undefined;
  nextToken: string | undefined;
}

/** One page of a listing. */
export interface DescribePage {
  instances: readonly Readonly<LocalInstance>[];
  nextToken: string | undefined;
}

/** EC2 API reference, DescribeInstances and "Filter": results on a page, values of one filter. */
const LIMITS = { fewest: 5, most: 1_000, filterValues: 200 } as const;

/** The attributes for filters, besides `tag:<key>`. */
const ATTRIBUTES: Readonly<Record<string, (instance: LocalInstance) => Iterable<string>>> = {
  'instance-id': ({ id }) => [id],
  'instance-state-name': ({ state }) => [state],
  'network-interface.network-interface-id': ({ interfaceId, state }) =>
    state === 'terminated' ? [] : [interfaceId],
  'tag-key': ({ tags }) => tags.keys(),
};

/** Parses the form of DescribeInstances. */
export function parseDescribeRequest(form: Form): DescribeRequest {
  return {
    instanceIds: parseTexts(form, 'InstanceId'),
    filters: parseMembers(form, 'Filter').map((filter) => ({
      name: filter.get('Name') ?? '',
      values: parseTexts(filter, 'Value'),
    })),
    maxResults: parseInteger(form, 'MaxResults'),
    nextToken: form.get('NextToken'),
  };
}

/**
 * The page that EC2 answers, in the order of `sequence`. A token names the last instance of its page, so changes between two pages
 * neither hide nor repeat an instance. Throws an Ec2Error.
 */
export function describePage(listed: readonly LocalInstance[], request: DescribeRequest): DescribePage {
  const { instanceIds, maxResults } = request;
  checkPaging(request);
  const byId = new Map(listed.map((instance) => [instance.id, instance]));
  requireListed(instanceIds, byId);
  const conditions = request.filters.map(buildCondition);
  const after = decodePageToken(request.nextToken);
  const matching = listed.filter(
    (instance) =>
      instance.sequence > after &&
      (instanceIds.length === 0 || instanceIds.includes(instance.id)) &&
      conditions.every((holds) => holds(instance)),
  );
  const instances = matching.slice(0, maxResults);
  const last = instances.at(-1);
  return {
    instances,
    nextToken: last && instances.length < matching.length ? encodePageToken(last) : undefined,
  };
}

function checkPaging({ instanceIds, maxResults }: DescribeRequest): void {
  if (maxResults === undefined) return;
  if (instanceIds.length > 0) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  }
  if (maxResults < LIMITS.fewest || maxResults > LIMITS.most) {
    throw invalidValue('maxResults', maxResults, `Expecting ${LIMITS.fewest} to ${LIMITS.most}.`);
  }
}

function buildCondition({ name, values }: Filter): (instance: LocalInstance) => boolean {
  if (values.length > LIMITS.filterValues) {
    throw new Ec2Error(
      'FilterLimitExceeded',
      `The maximum number of filter values specified on a single call is ${LIMITS.filterValues}`,
    );
  }
  const attribute = findAttribute(name);
  return (instance) =>
    [...attribute(instance)].some((text) => values.some((pattern) => matchesGlob(pattern, text)));
}

function findAttribute(name: string): (instance: LocalInstance) => Iterable<string> {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return ({ tags }) => [tags.get(key)].filter((value) => value !== undefined);
  }
  const attribute = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
  if (attribute !== undefined) return attribute;
  throw new Ec2Error(
    'InvalidParameterValue',
    `The filter '${name}' is invalid. This local fleet supports ${Object.keys(ATTRIBUTES).join(', ')} and tag:<key>.`,
  );
}

function encodePageToken({ sequence }: LocalInstance): string {
  return Buffer.from(`after:${sequence}`).toString('base64url');
}

function decodePageToken(token: string | undefined): number {
  if (token === undefined) return -1;
  const [, sequence] = /^after:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (sequence === undefined) throw new Ec2Error('InvalidNextToken', 'The specified NextToken is not valid.');
  return Number(sequence);
}
