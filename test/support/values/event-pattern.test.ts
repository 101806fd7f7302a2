import { describe, expect, test } from 'vitest';
import { matches, PatternError } from './event-pattern.ts';

/** The sample event of the patterns in the EventBridge User Guide, shortened. */
const STATE_CHANGE = {
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  region: 'us-west-1',
  resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
  detail: { 'instance-id': 'i-1234567890abcdef0', state: 'terminated', count: 0, note: null },
};

describe('a pattern matches', () => {
  test.each([
    ['no key at all', {}],
    ['an exact value', { source: ['aws.ec2'] }],
    ['any of several values', { detail: { state: ['stopped', 'terminated'] } }],
    ['all of several keys', { source: ['aws.ec2'], detail: { state: ['terminated'] } }],
    ['any element of an array', { resources: [{ suffix: '/i-1234567890abcdef0' }] }],
    ['a number and a null', { detail: { count: [0], note: [null] } }],
    ['a beginning', { region: [{ prefix: 'us-' }] }],
    ['an existing key', { detail: { state: [{ exists: true }] } }],
    ['a missing key', { detail: { 'c-count': [{ exists: false }] } }],
    ['anything but other values', { detail: { state: [{ 'anything-but': ['running', 'stopped'] }] } }],
  ])('%s', (_, pattern) => {
    expect(matches(pattern, STATE_CHANGE)).toBe(true);
  });

  test('objects within arrays', () => {
    const event = { detail: { items: [{ id: 'vol-1' }, { id: 'i-1' }] } };
    expect(matches({ detail: { items: { id: [{ prefix: 'i-' }] } } }, event)).toBe(true);
    expect(matches({ detail: { items: { id: [{ prefix: 'eni-' }] } } }, event)).toBe(false);
  });
});

describe('a pattern does not match', () => {
  test.each([
    ['another value', { source: ['aws.tag'] }],
    ['another case', { source: ['AWS.EC2'] }],
    ['a value as text that is a number', { detail: { count: ['0'] } }],
    ['one of several keys', { source: ['aws.ec2'], detail: { state: ['running'] } }],
    ['a key that is missing', { detail: { eventName: ['RunInstances'] } }],
    ['a level that is missing', { detail: { deeper: { state: ['terminated'] } } }],
    ['anything but its value', { detail: { state: [{ 'anything-but': 'terminated' }] } }],
    ['anything but, for a missing key', { detail: { 'c-count': [{ 'anything-but': 'x' }] } }],
    ['the absence of an existing key', { detail: { state: [{ exists: false }] } }],
  ])('%s', (_, pattern) => {
    expect(matches(pattern, STATE_CHANGE)).toBe(false);
  });
});

test.each([
  ['numeric', { detail: { count: [{ numeric: ['>', 0] }] } }],
  ['$or', { $or: [{ source: ['aws.ec2'] }] }],
  ['two operators', { source: [{ prefix: 'a', suffix: 'b' }] }],
  ['a bare value', { source: 'aws.ec2' }],
  ['no value', { source: [] }],
])('a pattern with %s is refused', (_, pattern) => {
  expect(() => matches(pattern, STATE_CHANGE)).toThrow(PatternError);
});
