import type { LaunchRequest } from '../local-instance.ts';
import { Ec2Error } from './ec2-error.ts';

/** Client tokens of launches. A request that is repeated because its answer was lost launches nothing (EC2 API reference, "Idempotency"). */
export class LaunchTokens {
  readonly #known = new Map<string, { request: string; ids: readonly string[] }>();

  /** Ids of the instances that the same request launched. Throws IdempotentParameterMismatch for another request with the token. */
  findLaunched(launch: LaunchRequest): readonly string[] {
    const made = launch.clientToken === undefined ? undefined : this.#known.get(launch.clientToken);
    if (made === undefined) return [];
    if (made.request === JSON.stringify(launch)) return made.ids;
    throw new Ec2Error(
      'IdempotentParameterMismatch',
      `Arguments on this idempotent request are inconsistent with arguments used in previous requests with the client token ${launch.clientToken}.`,
    );
  }

  remember(launch: LaunchRequest, ids: readonly string[]): void {
    if (launch.clientToken !== undefined)
      this.#known.set(launch.clientToken, { request: JSON.stringify(launch), ids });
  }

  /** Keeps only the tokens of launches with a remaining instance. */
  retain(isLeft: (id: string) => boolean): void {
    for (const [token, { ids }] of this.#known) if (!ids.some(isLeft)) this.#known.delete(token);
  }
}
