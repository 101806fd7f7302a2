import {
  type CloudFrontClient,
  CloudFrontServiceException,
  DescribeFunctionCommand,
  type FunctionStage,
  GetFunctionCommand,
  PublishFunctionCommand,
  TestFunctionCommand,
} from '@aws-sdk/client-cloudfront';
import type { UntilAllowed } from '../until-allowed.ts';
import type { CanaryCase } from './canary-case.ts';
import type { FunctionStages, StageContent } from './publish.ts';
import type { RunResult } from './verdict.ts';

/** The stages of a function, through the CloudFront API (2020-05-31). */
export class CloudFrontStages implements FunctionStages {
  readonly #client: CloudFrontClient;
  readonly #name: string;
  readonly #allowed: UntilAllowed;

  constructor(client: CloudFrontClient, name: string, allowed: UntilAllowed) {
    this.#client = client;
    this.#name = name;
    this.#allowed = allowed;
  }

  development(): Promise<StageContent> {
    return this.#read('DEVELOPMENT');
  }

  async live(): Promise<StageContent | undefined> {
    try {
      return await this.#read('LIVE');
    } catch (error) {
      const isMissing = error instanceof CloudFrontServiceException && error.$metadata.httpStatusCode === 404;
      if (isMissing) return undefined;
      throw error;
    }
  }

  async test(etag: string, event: CanaryCase['event']): Promise<RunResult> {
    const command = new TestFunctionCommand({
      Name: this.#name,
      IfMatch: etag,
      Stage: 'DEVELOPMENT',
      EventObject: new TextEncoder().encode(JSON.stringify(event)),
    });
    const { TestResult: result } = await this.#allowed.call(() => this.#client.send(command));
    return {
      utilization: result?.ComputeUtilization,
      error: result?.FunctionErrorMessage,
      output: result?.FunctionOutput,
    };
  }

  async publish(etag: string): Promise<void> {
    const command = new PublishFunctionCommand({ Name: this.#name, IfMatch: etag });
    await this.#allowed.call(() => this.#client.send(command));
  }

  /** The content includes the configuration, which names the store. */
  async #read(stage: FunctionStage): Promise<StageContent> {
    const of = { Name: this.#name, Stage: stage };
    const { ETag: etag = '', FunctionSummary: summary } = await this.#allowed.call(() =>
      this.#client.send(new DescribeFunctionCommand(of)),
    );
    const { FunctionCode: code } = await this.#allowed.call(() =>
      this.#client.send(new GetFunctionCommand(of)),
    );
    return { etag, content: JSON.stringify([summary?.FunctionConfig, new TextDecoder().decode(code)]) };
  }
}
