import { expect, test } from 'vitest';
import { REGION_PATTERN } from '../../../core/settings/region.ts';

test.each(['us-east-1', 'ap-southeast-10', 'us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1', 'cn-north-1'])(
  '%s is a region',
  (text) => {
    expect(text).toMatch(REGION_PATTERN);
  },
);

test.each(['eu-west-1a', 'aws-eu-west-1', 'eu-west', 'EU-WEST-1', 'global', ' eu-west-1', 'eu-west-1\n', ''])(
  '%j is not one',
  (text) => {
    expect(text).not.toMatch(REGION_PATTERN);
  },
);
