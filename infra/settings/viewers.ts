import { type AdmittedViewers, requireViewers } from './rules.ts';
import { SCHEMA } from './schema.ts';
import { PROPS, readSetting } from './setting.ts';
import { readSignIn, type SignIn } from './sign-in-settings.ts';

/** The provider that signs viewers in, and how its claims are read. */
export interface SignedInViewers {
  /** The issuer, as the provider spells it. */
  readonly issuer: string;
  readonly clientId: string;
  /** The secret in Secrets Manager that holds the client secret, as plain text. */
  readonly secretArn: string;
  /**
   * The claim that names a person.
   * @default 'email'
   */
  readonly userClaim?: string;
  /**
   * The claim that lists groups.
   * @default 'groups', for Cognito 'cognito:groups'
   */
  readonly groupsClaim?: string;
  /**
   * Values of that claim by the names that tags use: `{ devs: '3f0c7f3e-…' }`.
   * @default - tags cannot name groups
   */
  readonly groups?: Readonly<Record<string, string>>;
  /**
   * Networks that viewers must come from.
   * @default - viewers may come from anywhere
   */
  readonly cidrs?: readonly string[];
}

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

  /**
   * Viewers who sign in at an OpenID Connect provider, before a request reaches an app. With `cidrs` they must also come from these
   * networks.
   *
   * @throws SettingError for members that are missing, or that do not fit the provider
   */
  static signedIn({ cidrs, issuer, clientId, secretArn, ...claims }: SignedInViewers): Viewers {
    const given = { signInIssuer: issuer, signInClientId: clientId, signInSecretArn: secretArn, ...claims };
    const signIn = readSignIn((setting) => readSetting(given, setting, PROPS), PROPS);
    const ranges = cidrs && readSetting({ allowedCidrs: cidrs }, SCHEMA.allowedCidrs, PROPS);
    return new Viewers(requireViewers(ranges, false, PROPS, signIn), signIn);
  }

  /** @internal */
  readonly admitted: AdmittedViewers;
  /** @internal */
  readonly signIn: SignIn | undefined;

  private constructor(admitted: AdmittedViewers, signIn?: SignIn) {
    this.admitted = admitted;
    this.signIn = signIn;
  }
}
