import { type AdmittedViewers, requireViewers } from './rules.ts';
import { SCHEMA } from './schema.ts';
import { PROPS, readSetting } from './setting.ts';

/** The viewers that a deployment admits. */
export class Viewers {
  /** Every viewer on the internet. */
  static everyone(): Viewers {
    return new Viewers('everyone');
  }

  /**
   * Viewers from these networks, IPv4 or IPv6. AWS WAF blocks all others.
   *
   * @example Viewers.cidrs('203.0.113.0/24', '2001:db8::/32')
   * @throws SettingError for a text that is not a network
   */
  static cidrs(...cidrs: readonly string[]): Viewers {
    const ranges = readSetting({ allowedCidrs: cidrs }, SCHEMA.allowedCidrs, PROPS);
    return new Viewers(requireViewers(ranges, false, PROPS));
  }

  /** @internal */
  readonly admitted: AdmittedViewers;

  private constructor(admitted: AdmittedViewers) {
    this.admitted = admitted;
  }
}
