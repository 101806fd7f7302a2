import { distance } from 'fastest-levenshtein';
import { describe, expect, test } from 'vitest';
import { explainListed } from '../../../core/explain/listed/explain-listed.ts';
import type { RoutesFile } from '../../../core/journal/routes-file.ts';
import { describeExplained, describeHindrances } from '../../../portal/explain/words.ts';
import { exampleList, NOON } from '../app/example.ts';

const DEPLOYED = {
  origin: 'https://dev.example.com',
  protocol: 'https:',
  hostname: 'dev.example.com',
  port: '',
};
const LOCAL = { origin: 'http://localhost:8080', protocol: 'http:', hostname: 'localhost', port: '8080' };

function explained(address: string, list: RoutesFile = exampleList(), place = DEPLOYED) {
  const now = Date.parse(NOON) / 1_000;
  const answer = explainListed(list, address, { now, portal: place.origin, distance });
  if (typeof answer === 'string') throw new Error(answer);
  return describeExplained(answer, address, list, place);
}

const withShop = (rest: Partial<RoutesFile['routes'][number]>, file: Partial<RoutesFile> = {}) => {
  const list = exampleList(file);
  const routes = list.routes.map((route) =>
    route.hostname.startsWith('shop') ? { ...route, ...rest } : route,
  );
  return { ...list, routes };
};

describe('the answer to an address', () => {
  test('of one instance names the instance, its port and the route', () => {
    const rules = [{ path: '/', to: [{ instance: 0, port: 8080, weight: 1 }] }];
    const list = withShop({ rules, instances: ['i-0aaaaaaaaaaaaaaa1'] });
    expect(explained('shop', list)).toMatchObject({
      tone: 'good',
      title: 'An app answers',
      outcome: 'The app on i-0aaaaaaaaaaaaaaa1 answers, at port 8080, by the route `/`.',
      hostname: '',
    });
  });

  test('of a pool says which facts decide that the page does not have', () => {
    const { outcome, lacks } = explained('shop');
    expect(outcome).toBe('One of i-0aaaaaaaaaaaaaaa1, i-0bbbbbbbbbbbbbbb2 answers, by the route `/`.');
    expect(lacks.join(' ')).toContain('which instance answers');
  });

  test('of a sleeping app says so, with the command that starts it', () => {
    expect(explained('docs')).toMatchObject({
      tone: 'calm',
      title: 'Asleep',
      outcome: 'The instance is stopped. Start it to open the app.',
      commands: ['aws ec2 start-instances --instance-ids i-0ccccccccccccccc3 --region us-gov-west-1'],
    });
  });

  test('of a name without an app has each hindrance with the commands that mend it', () => {
    const { title, hindrances, commands } = explained('cart');
    expect(title).toBe('No app answers');
    expect(hindrances.map(({ problem, commands: own }) => [problem.code, own])).toEqual([
      [
        'unknown-tag',
        [
          'aws ec2 create-tags --resources i-0ccccccccccccccc3 --tags Key=proxy:host,Value=cart --region us-gov-west-1',
          'aws ec2 delete-tags --resources i-0ccccccccccccccc3 --tags Key=proxy:hsot --region us-gov-west-1',
        ],
      ],
    ]);
    expect(commands).toEqual([]);
  });

  test('of a misspelt name has the nearest one', () => {
    expect(explained('shp')).toMatchObject({ near: 'shop.dev.example.com', hindrances: [] });
    expect(explained('entirely-else').near).toBe('');
  });

  test.each([
    [DEPLOYED, 'npx dynamic-edge-proxy explain shop --target aws --deployment main'],
    [LOCAL, 'npx dynamic-edge-proxy explain shop'],
  ])('has the command line for the answer of the router', (place, command) => {
    expect(explained('shop', exampleList(), place).command).toBe(command);
  });

  test('quotes an address that a shell would read otherwise', () => {
    expect(explained("shop/?a=1&b='").command).toContain(`explain 'shop/?a=1&b='\\'''`);
  });

  test('escapes characters of an address that a terminal would obey', () => {
    expect(explained('shop/\u001b[201~\u202ex').command).toContain("explain 'shop/%1B[201~%E2%80%AEx'");
  });

  test('of a state that only another version knows leaves the answer to the router', () => {
    expect(explained('shop', withShop({ state: 'paused' }))).toMatchObject({ title: 'Not known here' });
  });

  test('of a deployment that shows names only does not pretend to know more', () => {
    const list = exampleList({ detail: 'names', instances: [], problems: [] });
    const { lacks } = explained('shop', list);
    expect(lacks.length).toBeGreaterThan(0);
  });
});

test('the problems of a name have local commands in a local cloud', () => {
  expect(describeHindrances('shop.dev.example.com', exampleList(), LOCAL)).toMatchObject([
    {
      problem: { code: 'name-taken' },
      commands: ['npx dynamic-edge-proxy tag i-0ccccccccccccccc3 proxy:host=shop-2'],
    },
  ]);
});
