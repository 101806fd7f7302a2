import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';

/** Letters and digits of the secret: 64 have 381 bits, more than the 256 of a key. */
const LENGTH = 64;

/**
 * The secret from which the keys of sessions are derived. It is another one than that behind the tokens of apps, which the concierge
 * never reads. A person rotates it with a new random text (docs/operate/sign-in.md).
 */
export class SessionSecret extends Construct {
  readonly secret: secretsmanager.Secret;

  constructor(scope: Construct, id: string, deployment: string) {
    super(scope, id);
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      description: `dynamic-edge-proxy ${deployment}: source of the keys that sign sessions`,
      generateSecretString: { passwordLength: LENGTH, excludePunctuation: true },
    });
    acceptFindings(this, {
      SMG4: 'a rotation needs no function: the keys follow a new text by themselves, in the right order',
    });
  }
}
