import type { AnyNode } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import type { Binding, Use } from './names.ts';
import { isFunction } from './node-checks.ts';

/** A use of a local by an inner function in which the edge may read a different value than ECMAScript does. */
export interface StaleUse {
  use: Use;
  message: string;
}

/** True if the function itself awaits; functions inside it do not count. */
function awaits(owner: AnyNode): boolean {
  let found = false;
  fullAncestor(owner, (node, _, path) => {
    found ||= node.type === 'AwaitExpression' && path.findLast(isFunction) === owner;
  });
  return found;
}

/** The function directly inside `owner` through which `use` captures the local, if it does. */
function capturedBy(owner: AnyNode, { functions }: Use): AnyNode | undefined {
  return functions[functions.indexOf(owner) + 1];
}

/** Function declarations are hoisted: they exist before any statement of their function has run. */
const existsFrom = (owner: AnyNode, inner: AnyNode): number =>
  inner.type === 'FunctionDeclaration' ? owner.start : inner.start;

function staleUsesOf(binding: Binding, owner: AnyNode): StaleUse[] {
  const { name } = binding;
  const captures = binding.uses.flatMap((use) => {
    const inner = capturedBy(owner, use);
    return inner === undefined ? [] : [{ use, early: existsFrom(owner, inner) < binding.readyAt }];
  });
  const isReassigned = binding.uses.some((use) => use.writes);
  return captures.flatMap(({ use, early }): StaleUse[] => {
    if (isReassigned) {
      return [
        {
          use,
          message: `${name} is captured by a closure and reassigned in a function that awaits: the edge may keep an old value`,
        },
      ];
    }
    return early
      ? [
          {
            use,
            message: `${name} is captured before it has a value in a function that awaits: the edge may never see the value`,
          },
        ]
      : [];
  });
}

/**
 * The uses that break at the edge: its engine copies the locals of an async function at each `await`, so a
 * closure made before an assignment keeps the old value (measured in njs 0.7.0–0.9.0; the Developer Guide's
 * "async arguments and closures are not supported"). Conservative: order and loops are not weighed, except
 * that a local which is given its value once, before the closure, is safe.
 */
export function staleUses(bindings: readonly Binding[]): StaleUse[] {
  return bindings.flatMap((binding) => {
    const { owner } = binding;
    return owner !== undefined && awaits(owner) ? staleUsesOf(binding, owner) : [];
  });
}
