import { expect, test } from 'vitest';
import { consoleLink } from '../../../portal/app/console-link.ts';

const ID = 'i-0123456789abcdef0';

test.each([
  ['eu-west-1', 'eu-west-1.console.aws.amazon.com'],
  ['ap-southeast-2', 'ap-southeast-2.console.aws.amazon.com'],
  ['cn-north-1', 'cn-north-1.console.amazonaws.cn'],
  ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ['eusc-de-east-1', 'eusc-de-east-1.console.amazonaws-eusc.eu'],
])('an instance in %s is in the console of its region and partition', (region, host) => {
  const link = consoleLink(region, ID);
  expect(link).toBe(`https://${host}/ec2/home?region=${region}#InstanceDetails:instanceId=${ID}`);
});

test.each([
  ['us-iso-east-1', ID],
  ['us-isob-east-1', ID],
  ['eu-isoe-west-1', ID],
  ['', ID],
  ['evil.example.com/', ID],
  ['eu-west-1', 'i-1"><script>'],
  ['eu-west-1', 'shop'],
])('region %j with instance %j has no link', (region, id) => {
  expect(consoleLink(region, id)).toBeUndefined();
});
