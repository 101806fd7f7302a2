/** A person who can sign in on this machine. */
export interface Person {
  /** The name that the provider gives to the account. */
  subject: string;
  mail: string;
  groups: readonly string[];
}

/** The group of the provider, under the same name in tags. */
export const GROUP = 'devs';

/** The accounts of the local provider: one with the group, and one without. */
export const PEOPLE: readonly Person[] = [
  { subject: 'alice', mail: 'alice@example.com', groups: [GROUP] },
  { subject: 'bob', mail: 'bob@example.com', groups: [] },
];
