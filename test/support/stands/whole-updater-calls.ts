import {
  AccessDeniedException,
  CloudFrontKeyValueStoreClient,
  ConflictException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { EC2Client } from '@aws-sdk/client-ec2';
import { NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SqsQueue } from '../../../updater/adapters/sqs.ts';
import { compose } from '../../../updater/compose.ts';
import type { Environment } from '../../../updater/environment.ts';
import { type Answer, answered } from '../aws/answered.ts';
import { NOW } from '../values/instances.ts';
import { MemoryClock, MemoryMetrics, MemoryResolver } from './memory.ts';

/** A call of the SDK, before it was sent. */
export interface Call {
  client: string;
  command: string;
  input: Readonly<Record<string, unknown>>;
  /** The region of an EC2 client. */
  region?: string;
  /** The role that the client assumes. */
  role?: string;
}

/** AWS's answers to an updater with one running instance in the home region and an empty store. */
const ANSWERS: Readonly<Record<string, (call: Call) => object>> = {
  DescribeInstances: ({ region, role }) => ({
    Reservations: region === HOME && role === undefined ? [RESERVATION] : [],
  }),
  DescribeKeyValueStore: () => ({ ETag: 'E1', ItemCount: 0, TotalSizeInBytes: 0 }),
  ListKeys: () => ({ Items: [] }),
  UpdateKeys: () => ({ ETag: 'E2', ItemCount: 1, TotalSizeInBytes: 200 }),
  PutObject: () => ({ ETag: '"1"' }),
  GetObject: () => {
    throw new NoSuchKey({ message: 'absent', $metadata: { httpStatusCode: 404 } });
  },
  GetSecretValue: () => ({ SecretString: 'secret' }),
};

const HOME = 'eu-west-1';

const RESERVATION = {
  OwnerId: '123456789012',
  Instances: [
    {
      InstanceId: 'i-0aa1b2c3d4e5f6071',
      State: { Code: 16, Name: 'running' },
      LaunchTime: new Date((NOW - 600) * 1000),
      PublicDnsName: 'ec2-203-0-113-25.eu-west-1.compute.amazonaws.com',
      Tags: [{ Key: 'proxy:host', Value: 'shop' }],
    },
  ],
};

/** Answers for a lost race: another writer writes to the store just before the updater. */
function answersOfRace(): typeof ANSWERS {
  let etag = 'E1';
  return {
    DescribeKeyValueStore: () => ({ ETag: etag, ItemCount: 0, TotalSizeInBytes: 0 }),
    UpdateKeys: ({ input }) => {
      const isStale = etag === 'E1';
      etag = isStale ? 'E2' : 'E3';
      if (isStale || input['IfMatch'] !== 'E2')
        throw new ConflictException({ message: 'stale', $metadata: {} });
      return { ETag: etag, ItemCount: 1, TotalSizeInBytes: 200 };
    },
  };
}

const CLOSED: typeof ANSWERS = {
  DescribeKeyValueStore: () => {
    throw new AccessDeniedException({ message: 'denied', $metadata: { httpStatusCode: 403 } });
  },
};

/** Events in the store that a test may ask for. */
const MISHAPS = { 'lost race': answersOfRace, 'closed store': () => CLOSED };

/**
 * The composed updater with real SDK clients. Its calls are recorded and answered before they leave the process.
 *
 * @param mishap the first write to the store comes too late, or the store refuses every call
 */
export function updaterWithNotedCalls(environment: Environment, mishap?: keyof typeof MISHAPS) {
  const calls: Call[] = [];
  const answers = { ...ANSWERS, ...(mishap ? MISHAPS[mishap]() : {}) };
  const note = (client: string, source: Pick<Call, 'region' | 'role'> = {}): Answer => {
    return (command, input) => {
      const call = { client, command, input, ...source };
      calls.push(call);
      return answers[command]?.(call) ?? {};
    };
  };
  const region = HOME;
  const clients = {
    keyValueStore: answered(
      new CloudFrontKeyValueStoreClient({ region }),
      note('client-cloudfront-keyvaluestore'),
    ),
    s3: answered(new S3Client({ region }), note('client-s3')),
    ec2: (of: string, role?: string) =>
      answered(new EC2Client({ region: of }), note('client-ec2', { region: of, ...(role ? { role } : {}) })),
    secretsManager: () => answered(new SecretsManagerClient({ region }), note('client-secrets-manager')),
    queue: async () =>
      new SqsQueue(answered(new SQSClient({ region }), note('client-sqs')), environment.queueUrl),
  };
  const { handle: handler, answer } = compose(environment, clients, {
    clock: new MemoryClock(NOW * 1000),
    writer: 'one',
    resolver: new MemoryResolver(),
    metrics: new MemoryMetrics(),
    log: () => {},
  });
  return { handler, answer, calls };
}
