import type { LaunchRequest } from '../local-instance.ts';
import { Ec2Error } from './ec2-error.ts';

/** Client tokens of launches: a request that comes again, because its answer was lost, launches nothing (EC2 API reference, "Idempotency"). */
export class LaunchTokens {
  readonly #known = new Map<string, { request: string; ids: readonly string[] }>();

  /** Ids of the instances that this very request has made; throws IdempotentParameterMismatch for another one of its token. */
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

  /** Forgets the tokens of launches of which no instance is left. */
  retain(isLeft: (id: string) => boolean): void {
    for (const [token, { ids }] of this.#known) if (!ids.some(isLeft)) this.#known.delete(token);
  }
}
