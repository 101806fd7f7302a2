import { type Admitted, requireViewers } from './rules.ts';
import { SCHEMA } from './schema.ts';
import { PROPS, readSetting } from './setting.ts';

/** Who may open the apps of a deployment. */
export class Viewers {
  /** Everybody on the internet. */
  static everyone(): Viewers {
    return new Viewers('everyone');
  }

  /**
   * The addresses of these networks, IPv4 or IPv6. AWS WAF blocks all others.
   *
   * @example Viewers.cidrs('203.0.113.0/24', '2001:db8::/32')
   * @throws SettingError for a text that is no network
   */
  static cidrs(...cidrs: readonly string[]): Viewers {
    const ranges = readSetting({ allowedCidrs: cidrs }, SCHEMA.allowedCidrs, PROPS);
    return new Viewers(requireViewers(ranges, false, PROPS));
  }

  /** @internal */
  readonly admitted: Admitted;

  private constructor(admitted: Admitted) {
    this.admitted = admitted;
  }
}
