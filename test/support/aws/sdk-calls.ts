import { readFileSync } from 'node:fs';
import type { SourceFile } from '../tools/imports.ts';

/** IAM's prefix for each client of the SDK that we use (Service Authorization Reference). */
const PREFIXES: Readonly<Record<string, string>> = {
  'client-cloudfront': 'cloudfront',
  'client-cloudfront-keyvaluestore': 'cloudfront-keyvaluestore',
  'client-ec2': 'ec2',
  'client-lambda': 'lambda',
  'client-s3': 's3',
  'client-secrets-manager': 'secretsmanager',
  'client-sqs': 'sqs',
  'client-sts': 'sts',
};

/** Commands whose action has another name. */
const RENAMED: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadBucket': 's3:ListBucket',
  'sqs:ChangeMessageVisibilityBatch': 'sqs:ChangeMessageVisibility',
};

/** Thrown for a call whose permission is not listed here. */
export class UnknownClientError extends Error {
  override name = 'UnknownClientError';
}

/**
 * The IAM action of an SDK command. Both have the same name, except for those of RENAMED.
 *
 * @example actionOf('client-s3', 'PutObject') // 's3:PutObject'
 * @throws UnknownClientError
 */
export function actionOf(client: string, command: string): string {
  const prefix = PREFIXES[client];
  if (prefix === undefined) throw new UnknownClientError(`add the IAM prefix of ${client} to sdk-calls.ts`);
  return RENAMED[`${prefix}:${command}`] ?? `${prefix}:${command}`;
}

const IMPORT = /import \{([^}]*)\} from '@aws-sdk\/([\w-]+)'/g;

/**
 * All IAM actions that these files need, by their imported commands and paginators and the roles that they assume. A command
 * that is imported and never sent counts too, because it should not be imported.
 */
export function actionsCalledIn(files: readonly SourceFile[]): string[] {
  const actions = files.flatMap(({ path }) => actionsIn(readFileSync(path, 'utf8')));
  return [...new Set(actions)].sort();
}

/** The IAM actions of one source text. */
export function actionsIn(source: string): string[] {
  return [...source.matchAll(IMPORT)].flatMap(([, names = '', client = '']) =>
    names.split(',').flatMap((spelled) => {
      const name = spelled.replace(/\btype\b/, '').trim();
      if (name === 'fromTemporaryCredentials') return ['sts:AssumeRole'];
      const [, command] = /^(\w+)Command$/.exec(name) ?? /^paginate(\w+)$/.exec(name) ?? [];
      return command === undefined ? [] : [actionOf(client, command)];
    }),
  );
}
