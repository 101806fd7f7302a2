import { describe, expect, test } from 'vitest';
import { actionsIn, UnknownClientError } from './sdk-calls.ts';

describe('actions that a source needs', () => {
  test('are those of its commands and paginators', () => {
    const source = `
import {
  type EC2Client,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import { NoSuchKey, PutObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import '@aws-sdk/signature-v4-crt';
`;
    expect(actionsIn(source)).toEqual([
      'ec2:DescribeInstances',
      's3:PutObject',
      's3:GetObject',
      'sts:AssumeRole',
    ]);
  });

  test('are unknown for a new client', () => {
    expect(() => actionsIn("import { SendMessageCommand } from '@aws-sdk/client-sns';")).toThrow(
      UnknownClientError,
    );
  });
});
