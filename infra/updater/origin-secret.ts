import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';

/** Letters and digits of the secret: 64 have 381 bits, more than the 256 that HMAC-SHA-256 can use. */
const LENGTH = 64;

/**
 * The secret behind the per-host tokens. It is never rotated automatically, because apps hold tokens made from it: a new
 * secret is staged first (AWSPENDING), its tokens are handed out, and then it becomes current (docs/use/apps.md).
 */
export class OriginSecret extends Construct {
  readonly secret: secretsmanager.Secret;

  constructor(scope: Construct, id: string, deployment: string) {
    super(scope, id);
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      description: `dynamic-edge-proxy ${deployment}: source of the tokens by which apps recognise the edge`,
      generateSecretString: { passwordLength: LENGTH, excludePunctuation: true },
    });
    acceptFindings(this, {
      SMG4: 'apps hold tokens made from it, so people rotate it as docs/use/apps.md says',
    });
  }
}
