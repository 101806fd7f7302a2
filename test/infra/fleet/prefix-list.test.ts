import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makePrefixListHandler } from '../../../infra/custom-resources/prefix-list/handler.ts';
import { functionApi } from '../../support/aws/function-api.ts';

const NAME = 'com.amazonaws.global.cloudfront.origin-facing';

/** An EC2 that refuses this many calls before it answers. */
function ec2(answer: object, refusals = 0) {
  const asked: object[] = [];
  const send = async ({ input }: { input: object }) => {
    asked.push(input);
    if (asked.length > refusals) return answer;
    const message = 'You are not authorized to perform this operation';
    throw new EC2ServiceException({
      ...{ name: 'UnauthorizedOperation', message, $fault: 'client', $metadata: {} },
    });
  };
  const config = { region: async () => 'eu-west-1' };
  const client = Object.create(EC2Client.prototype, { send: { value: send }, config: { value: config } });
  return { asked, client: client as EC2Client };
}

async function invoked(type: 'Create' | 'Delete', { client }: ReturnType<typeof ec2>) {
  const api = await functionApi(() => ({
    ...{ ComputeUtilization: '', FunctionErrorMessage: '', FunctionOutput: '' },
  }));
  onTestFinished(() => api.close());
  let now = 0;
  const handler = makePrefixListHandler({
    ec2: client,
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  });
  await handler({
    ...{
      RequestType: type,
      ResponseURL: api.responseUrl,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
    },
    ...(type === 'Create' ? {} : { PhysicalResourceId: 'before' }),
    ResourceProperties: { ServiceToken: 'token', ListName: NAME },
  } as CloudFormationCustomResourceEvent<{ ServiceToken: string; ListName: string }> &
    Parameters<typeof handler>[0]);
  return { answer: api.answers[0], seconds: now / 1000 };
}

const FOUND = { PrefixLists: [{ PrefixListId: 'pl-3b927c52' }] };

describe("the look-up of CloudFront's prefix list", () => {
  test('finds it by name and returns its id to CloudFormation', async () => {
    const service = ec2(FOUND);
    const { answer } = await invoked('Create', service);
    expect(service.asked).toEqual([{ Filters: [{ Name: 'prefix-list-name', Values: [NAME] }] }]);
    expect(answer).toMatchObject({
      ...{ Status: 'SUCCESS', PhysicalResourceId: NAME, Data: { PrefixListId: 'pl-3b927c52' } },
    });
  });

  test('waits three minutes for a new role', async () => {
    const { answer, seconds } = await invoked('Create', ec2(FOUND, 36));
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(seconds).toBe(180);
  });

  test('fails with the reason if it is refused for longer', async () => {
    const { answer, seconds } = await invoked('Create', ec2(FOUND, 37));
    expect(seconds).toBe(180);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/not authorized.*refused for 3 minutes/),
    });
  });

  test('fails in a region without the list, and names the region, the list and the setting to change', async () => {
    const { answer } = await invoked('Create', ec2({ PrefixLists: [] }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(
        new RegExp(`^eu-west-1 has no prefix list named ${NAME}, .*leave .* out of originVpcIds`),
      ),
    });
  });

  test('makes no call for a deletion', async () => {
    const service = ec2(FOUND);
    const { answer } = await invoked('Delete', service);
    expect(service.asked).toEqual([]);
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'before' });
  });
});
