import type { Json } from '../../core/json.ts';
import { Fault, type Schema } from '../../core/schema.ts';
import type { Order } from '../../core/sign-in/order.ts';
import { REFUSED } from '../../core/sign-in/order-answer.ts';
import { InputError } from '../input.ts';

/** Sends an order to an updater and returns its answer. */
export type SendOrder = (order: Order) => Promise<Json>;

/**
 * Gives an order.
 *
 * @throws InputError if it is refused, or if this version cannot read the answer
 */
export async function giveOrder<T>(send: SendOrder, order: Order, schema: Schema<T>): Promise<T> {
  const answer = await send(order);
  const refused = REFUSED(answer);
  if (!(refused instanceof Fault)) throw new InputError(refused.refused);
  const value = schema(answer);
  if (!(value instanceof Fault)) return value;
  throw new InputError(
    `this version cannot read the answer of the updater: ${value}; use the version of the deployment`,
  );
}
