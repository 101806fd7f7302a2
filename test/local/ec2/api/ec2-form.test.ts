import { describe, expect, test } from 'vitest';
import {
  parseForm,
  parseInteger,
  parseLaunch,
  parseMembers,
  parseTagSelectors,
  parseTexts,
} from '../../../../local/ec2/api/ec2-form.ts';

const RUN = 'Action=RunInstances&ImageId=ami-hello&MinCount=1&MaxCount=2';

describe('lists', () => {
  test('a list has its members in the order of their numbers', () => {
    const form = parseForm('InstanceId.10=c&InstanceId.2=b&InstanceId.1=a&InstanceIdentity.1=x&InstanceId=y');
    expect(parseTexts(form, 'InstanceId')).toEqual(['a', 'b', 'c']);
  });

  test('a list of lists keeps each inner list with its member', () => {
    const form = parseForm(
      'Filter.1.Name=a&Filter.1.Value.1=1&Filter.2.Name=b&Filter.2.Value.1=2&Filter.2.Value.2=3',
    );
    const filters = parseMembers(form, 'Filter').map((filter) => [
      filter.get('Name'),
      parseTexts(filter, 'Value'),
    ]);
    expect(filters).toEqual([
      ['a', ['1']],
      ['b', ['2', '3']],
    ]);
  });
});

describe('launches', () => {
  test('a launch has only the given parameters', () => {
    expect(parseLaunch(parseForm(`${RUN}&UserData=&KeyName=mine`))).toEqual({
      imageId: 'ami-hello',
      minCount: 1,
      maxCount: 2,
      tagSpecifications: [],
    });
  });

  test.each([
    ['the call', 'SubnetId=subnet-1&Ipv6AddressCount=2', { subnetId: 'subnet-1', ipv6AddressCount: 2 }],
    [
      'its first interface',
      'NetworkInterface.1.SubnetId=subnet-1&NetworkInterface.1.Ipv6AddressCount=1&NetworkInterface.1.AssociatePublicIpAddress=false',
      { subnetId: 'subnet-1', ipv6AddressCount: 1, associatePublicIpAddress: false },
    ],
  ])('a launch has the addresses that %s asks for', (_who, form, expected) => {
    expect(parseLaunch(parseForm(`${RUN}&${form}`))).toMatchObject(expected);
  });

  test('a launch has tags by the type of their resource', () => {
    const tags =
      'TagSpecification.1.ResourceType=volume&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b';
    expect(parseLaunch(parseForm(`${RUN}&${tags}`)).tagSpecifications).toEqual([
      { resourceType: 'volume', tags: [{ key: 'a', value: 'b' }] },
    ]);
  });

  test.each(['ImageId', 'MinCount', 'MaxCount'])('a launch without %s is refused', (name) => {
    const form = new Map(parseForm(RUN));
    form.delete(name);
    expect(() => parseLaunch(form)).toThrow(`The request must contain the parameter ${name}`);
  });
});

test('an invalid number is refused with its parameter', () => {
  expect(() => parseInteger(parseForm('MaxResults=ten'), 'MaxResults')).toThrow(
    'Value (ten) for parameter MaxResults is invalid. Expecting an integer.',
  );
});

test('a tag to delete without a value differs from one with an empty value', () => {
  expect(parseTagSelectors(parseForm('Tag.1.Key=a&Tag.2.Key=b&Tag.2.Value='))).toEqual([
    { key: 'a' },
    { key: 'b', value: '' },
  ]);
});
