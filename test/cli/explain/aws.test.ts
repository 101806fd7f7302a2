import { CloudFormationClient, CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import {
  CloudFrontKeyValueStoreClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { openDeployment } from '../../../cli/explain/aws.ts';
import { DISTRIBUTION, PLACES } from '../../edge/support/router-case.ts';
import { type Answer, answered } from '../../support/aws/answered.ts';
import { idOf } from '../../support/values/instances.ts';
import { ROUTERS, SHOP } from './stand.ts';

describe('a deployment on AWS', () => {
  const STACKS = {
    Stacks: [{ Outputs: [{ OutputKey: 'DistributionDomainName', OutputValue: DISTRIBUTION }] }],
  };
  const region = 'us-east-1';

  function clients(answer: Answer) {
    return {
      cloudFormation: answered(new CloudFormationClient({ region }), answer),
      cloudFront: answered(new CloudFrontClient({ region }), answer),
      home: answered(new CloudFormationClient({ region: 'eu-west-1' }), answer),
      s3: answered(new S3Client({ region }), answer),
      keyValueStore: answered(new CloudFrontKeyValueStoreClient({ region }), answer),
    };
  }

  test.each(['domain', 'bare', 'signIn'] as const)('is read from its router, place %s', async (place) => {
    const asked: object[] = [];
    const deployed = await openDeployment(
      'main',
      clients((name, input) => {
        asked.push({ [name]: input });
        if (name === 'DescribeStacks') return STACKS;
        if (name === 'GetFunction')
          return {
            FunctionCode: Buffer.from(
              String(input['Name']).endsWith('-site-router')
                ? (ROUTERS[place].site ?? '')
                : ROUTERS[place].apps,
            ),
          };
        if (name === 'DescribeKeyValueStore') return { KeyValueStore: { ARN: 'arn' } };
        if (input['Key'] === SHOP) return { Value: '3 p A main#7' };
        throw new ResourceNotFoundException({ message: 'no key', $metadata: {} });
      }),
    );
    expect(deployed.place).toEqual(PLACES[place]);
    expect(deployed.routers).toEqual(ROUTERS[place]);
    expect(deployed.entrance).toBe(PLACES[place].baseDomain || DISTRIBUTION);
    expect([...(await deployed.read([SHOP, '*.dev.example.com', ':keys']))]).toEqual([
      [SHOP, '3 p A main#7'],
    ]);
    expect(asked).toEqual([
      { DescribeStacks: { StackName: 'edge-proxy-main-edge' } },
      { GetFunction: { Name: 'edge-proxy-main-router', Stage: 'LIVE' } },
      ...(place === 'signIn'
        ? [{ GetFunction: { Name: 'edge-proxy-main-site-router', Stage: 'LIVE' } }]
        : []),
      { DescribeKeyValueStore: { Name: 'edge-proxy-main' } },
      { GetKey: { KvsARN: 'arn', Key: SHOP } },
      { GetKey: { KvsARN: 'arn', Key: '*.dev.example.com' } },
    ]);
  });

  test('is asked for problems and changes of a name without an app', async () => {
    const problem = {
      code: 'bad-value',
      instance: idOf(1),
      tag: 'proxy:port',
      message: 'a port',
      hostnames: [SHOP],
    };
    const routes = {
      ...{ version: 2, detail: 'full', instances: [] },
      deployment: 'main',
      baseDomain: 'dev.example.com',
      updatedAt: '2026-11-23T12:00:00Z',
    };
    const asked: string[] = [];
    let published = 'routes.json';
    const deployed = await openDeployment(
      'main',
      clients((name, input) => {
        asked.push([name, input['StackName'] ?? input['Bucket'] ?? ''].join(' '));
        if (name === 'DescribeStacks' && input['StackName'] === 'edge-proxy-main-updater')
          return { Stacks: [{ Outputs: [{ OutputKey: 'JournalBucketName', OutputValue: 'journal' }] }] };
        if (name === 'DescribeStacks') return STACKS;
        if (name === 'GetFunction') return { FunctionCode: Buffer.from(ROUTERS.domain.apps) };
        if (name === 'DescribeKeyValueStore') return { KeyValueStore: { ARN: 'arn' } };
        if (name === 'ListStackResources') return { StackResourceSummaries: RESOURCES };
        if (name === 'ListObjectsV2') return { Contents: [] };
        if (input['Key'] !== `_proxy/${published}`) throw new NoSuchKey({ message: 'none', $metadata: {} });
        const body = JSON.stringify({ ...routes, routes: [], problems: [problem] });
        return { Body: { transformToString: async () => body } };
      }),
    );
    const names = await deployed.openNames();
    expect(await names.readLists()).toMatchObject({ routes: [], problems: [problem] });
    expect(await names.journal.listKeys('decisions/')).toEqual([]);
    expect(asked.slice(3)).toEqual([
      'DescribeStacks edge-proxy-main-updater',
      'ListStackResources edge-proxy-main-edge',
      'GetObject site',
      'ListObjectsV2 journal',
    ]);
    published = 'nothing';
    await expect(names.readLists()).rejects.toThrow('the updater has not published a list of routes yet');
    const other = { instance: idOf(2), region: 'eu-west-1', remove: 'proxy:a,b' };
    expect(deployed.printMend(other)).toEqual([
      `aws ec2 delete-tags --resources ${idOf(2)} --tags 'Key="proxy:a,b"' --region eu-west-1`,
    ]);
    const mend = { instance: idOf(1), set: { key: 'proxy:host', value: 'a b' }, remove: 'proxy:hsot' };
    expect(deployed.printMend(mend)).toEqual([
      `aws ec2 create-tags --resources ${idOf(1)} --tags 'Key=proxy:host,Value="a b"'`,
      `aws ec2 delete-tags --resources ${idOf(1)} --tags Key=proxy:hsot`,
    ]);
  });

  const RESOURCES = [
    { LogicalResourceId: 'AccessLogsBucket1', ResourceType: 'AWS::S3::Bucket', PhysicalResourceId: 'logs' },
    { LogicalResourceId: 'SiteBucket397A1860', ResourceType: 'AWS::S3::Bucket', PhysicalResourceId: 'site' },
  ];

  test('names the missing stack', async () => {
    const missing: Answer = () => {
      const message = 'Stack with id edge-proxy-x-edge does not exist';
      const facts = { name: 'ValidationError', $fault: 'client', $metadata: {} } as const;
      throw new CloudFormationServiceException({ ...facts, message });
    };
    await expect(openDeployment('x', clients(missing))).rejects.toThrow(/no stack edge-proxy-x-edge found/);
  });
});
