import { InvokeCommand, type LambdaClient, LambdaServiceException } from '@aws-sdk/client-lambda';
import { asObject, isString, parseJson } from '../../../core/json.ts';
import type { UntilAllowed } from '../until-allowed.ts';
import type { Given } from './canary-faults.ts';
import { type Asked, originRequest, parseAnswer } from './origin-request.ts';

/** A version of the function in us-east-1, which answers events of origin requests as its copies at the edge will. */
export class ConciergeVersion {
  readonly #client: LambdaClient;
  readonly #arn: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #allowed: UntilAllowed;

  /** @param settings the custom headers of the origin */
  constructor(
    client: LambdaClient,
    arn: string,
    settings: Readonly<Record<string, string>>,
    allowed: UntilAllowed,
  ) {
    this.#client = client;
    this.#arn = arn;
    this.#settings = settings;
    this.#allowed = allowed;
  }

  /** @throws StillRefusedError, or an error of the network */
  async visit(asked: Asked): Promise<Given> {
    const command = new InvokeCommand({
      FunctionName: this.#arn,
      LogType: 'Tail',
      Payload: new TextEncoder().encode(JSON.stringify(originRequest(asked, this.#settings))),
    });
    try {
      const {
        FunctionError,
        Payload,
        LogResult = '',
      } = await this.#allowed.call(() => this.#client.send(command));
      const payload = new TextDecoder().decode(Payload);
      if (FunctionError !== undefined)
        return { failure: `the function failed: ${payload.slice(0, 500)}`, again: false };
      const answer = parseAnswer(payload);
      return answer === undefined
        ? { failure: 'the function gave no answer, so CloudFront would ask the origin', again: false }
        : { answer, reasons: reasonsIn(Buffer.from(LogResult, 'base64').toString()) };
    } catch (error) {
      if (!(error instanceof LambdaServiceException)) throw error;
      // A new version may not be active yet, and a new account runs ten functions at a time.
      return { failure: `Lambda did not run the function: ${error.message}`, again: true };
    }
  }
}

/** The reasons in the lines that the function has logged, newest last (edge/concierge/handler.ts). */
function reasonsIn(log: string): string[] {
  return log.split('\n').flatMap((line) => {
    const { reasons } = asObject(parseJson(line.slice(Math.max(line.indexOf('{'), 0))));
    return Array.isArray(reasons) ? reasons.filter(isString) : [];
  });
}
