import { isInstanceId } from '../../core/instance.ts';
import { Ec2Error } from './api/ec2-error.ts';

/** Throws EC2's error for malformed or unknown ids. One bad id fails the whole call. */
export function requireListed(ids: readonly string[], listed: { has(id: string): boolean }): void {
  const malformed = ids.find((id) => !isInstanceId(id));
  if (malformed !== undefined) {
    throw new Ec2Error('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  }
  const absent = ids.filter((id) => !listed.has(id));
  if (absent.length === 0) return;
  const subject = absent.length === 1 ? 'ID' : 'IDs';
  const verb = absent.length === 1 ? 'does' : 'do';
  throw new Ec2Error(
    'InvalidInstanceID.NotFound',
    `The instance ${subject} '${absent.join(', ')}' ${verb} not exist`,
  );
}
