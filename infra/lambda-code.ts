import { cpSync } from 'node:fs';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** The CDK asks for an image even where bundling is done on this machine. It is never run. */
const NO_IMAGE = DockerImage.fromRegistry('scratch');

/**
 * The code of a Lambda function.
 *
 * @param directory holds `index.mjs`
 * @param besides holds what is put beside it, for functions that share one large part
 */
export function lambdaCode(directory: string, besides?: string): lambda.Code {
  if (besides === undefined) return lambda.Code.fromAsset(directory);
  const copy = (output: string) => {
    for (const folder of [directory, besides]) cpSync(folder, output, { recursive: true });
    return true;
  };
  return lambda.Code.fromAsset(directory, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: { image: NO_IMAGE, local: { tryBundle: copy } },
  });
}
