import fc from 'fast-check';
import { hostileText } from './arbitraries.ts';

/** A JSON value as `JSON.parse` makes it. */
type Tree = null | boolean | number | string | Tree[] | { [name: string]: Tree };

/** Values that may replace a value of another type. */
const intruder: fc.Arbitrary<Tree> = fc.oneof(
  fc.constantFrom<Tree>(null, true, 0, 1, -1, 1.5, 1e300, '', 'x', [], {}, [null], { a: null }),
  hostileText,
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Tree>,
);

/** One change of a document. */
interface Mutation {
  /** The index of the changed value among all values, from 0. */
  at: number;
  change: 'replace' | 'remove' | 'repeat' | 'add';
  by: Tree;
  name: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat({ max: 400 }),
  change: fc.constantFrom('replace', 'remove', 'repeat', 'add'),
  by: intruder,
  name: hostileText,
});

/** JSON text with one to three mutations: values are replaced, removed, repeated or added. Or the end is cut off. */
export function mutated(text: string): fc.Arbitrary<string> {
  const within = fc
    .array(mutation, { minLength: 1, maxLength: 3 })
    .map((mutations) => JSON.stringify(mutations.reduce(withMutation, JSON.parse(text) as Tree)) ?? '');
  const cut = fc.nat({ max: text.length }).map((length) => text.slice(0, length));
  return fc.oneof({ weight: 9, arbitrary: within }, { weight: 1, arbitrary: cut });
}

function withMutation(tree: Tree, { at, ...mutation }: Mutation): Tree {
  const size = sizeOf(tree);
  return changed(tree, at % size, mutation) ?? null;
}

/** The number of values in a tree, including itself. */
function sizeOf(tree: Tree): number {
  if (tree === null || typeof tree !== 'object') return 1;
  return Object.values(tree).reduce<number>((sum, child) => sum + sizeOf(child), 1);
}

/** Undefined means that the value is removed. */
function changed(tree: Tree, at: number, mutation: Omit<Mutation, 'at'>): Tree | undefined {
  if (at === 0) return changedHere(tree, mutation);
  if (tree === null || typeof tree !== 'object') return tree;
  let left = at - 1;
  const children = Object.entries(tree).flatMap(([name, child]): [string, Tree][] => {
    const size = sizeOf(child);
    const isHere = left >= 0 && left < size;
    const now = isHere ? changed(child, left, mutation) : child;
    left -= size;
    return now === undefined ? [] : [[name, now]];
  });
  return Array.isArray(tree) ? children.map(([, child]) => child) : Object.fromEntries(children);
}

function changedHere(tree: Tree, { change, by, name }: Omit<Mutation, 'at'>): Tree | undefined {
  switch (change) {
    case 'replace':
      return by;
    case 'remove':
      return undefined;
    case 'repeat':
      return Array.isArray(tree) ? [...tree, ...tree] : [tree, tree];
    case 'add':
      if (Array.isArray(tree)) return [...tree, by];
      return typeof tree === 'object' && tree !== null
        ? { ...tree, ...Object.fromEntries([[name, by]]) }
        : by;
    default:
      return change satisfies never;
  }
}
