import { Fault } from '../../../../core/schema.ts';
import type { ConciergeSettings } from '../../../../core/settings/concierge-settings.ts';
import type { Deployment } from '../../deployment.ts';

/** The settings of the function. Undefined if it gets none that it can read, which the check `sign-in` reports. */
function settingsOf({ signIn }: Deployment): ConciergeSettings | undefined {
  const settings = signIn?.settings;
  return settings instanceof Fault ? undefined : settings;
}

/**
 * The settings of the function, for a check that needs them.
 *
 * @throws SettingsMissingError
 */
export function requireSettings(deployment: Deployment): ConciergeSettings {
  const settings = settingsOf(deployment);
  if (settings === undefined) throw new SettingsMissingError();
  return settings;
}

/** The function gets no settings, so its provider, secrets and bucket are not known. */
export class SettingsMissingError extends Error {
  override name = 'SettingsMissingError';

  constructor() {
    super('the function gets no settings that it can read; see the check sign-in');
  }
}
