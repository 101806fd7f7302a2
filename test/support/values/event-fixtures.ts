import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../fixtures/events/', import.meta.url);

/** The instances in the fixtures, in the order of their names. */
export const A = 'i-0aa1b2c3d4e5f6071';
export const B = 'i-0bb1b2c3d4e5f6072';
export const C = 'i-0cc1b2c3d4e5f6073';

/** Account and region of the fixtures. */
export const ACCOUNT = '123456789012';
export const HOME = { accounts: [ACCOUNT], regions: ['eu-west-1'] };

/** Names of all event fixtures, without `.json`. */
export function fixtureNames(): string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
}

/** A new copy of one event. */
export function fixture(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Record<string, unknown>;
}

/** A fixture with other members in its detail. */
export function withDetail(name: string, members: Record<string, unknown>): Record<string, unknown> {
  const event = fixture(name);
  return { ...event, detail: { ...(event['detail'] as object), ...members } };
}

/** The response of a call with these instances. */
export function answerOf(...ids: string[]): object {
  return { instancesSet: { items: ids.map((instanceId) => ({ instanceId })) } };
}
