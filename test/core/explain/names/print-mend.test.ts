import { expect, test } from 'vitest';
import { awsMends } from '../../../../core/explain/names/print-mend.ts';

test.each([
  ['/api', 'Key=proxy:path,Value=/api'],
  ['', 'Key=proxy:path,Value='],
  ['/a=b', 'Key=proxy:path,Value=/a=b'],
  // The AWS CLI refuses `Value==`.
  ['=/api', `'Key=proxy:path,Value="=/api"'`],
  ['a b,c', `'Key=proxy:path,Value="a b,c"'`],
  ['*.shop', `'Key=proxy:path,Value=*.shop'`],
  ['$(x)"\'\\', `'Key=proxy:path,Value="$(x)\\"'\\''\\\\"'`],
])('the AWS CLI reads the value %s as it is', (value, word) => {
  expect(awsMends({ instance: 'i-0abc', region: 'eu-west-1', set: { key: 'proxy:path', value } })).toEqual([
    `aws ec2 create-tags --resources i-0abc --tags ${word} --region eu-west-1`,
  ]);
});
