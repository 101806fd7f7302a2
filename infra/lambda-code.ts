import { cpSync } from 'node:fs';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** The CDK requires an image even where bundling happens on this machine. It never runs. */
const NO_IMAGE = DockerImage.fromRegistry('scratch');

/**
 * The code of a Lambda function.
 *
 * @param directory holds `index.mjs`
 * @param besides is copied to it, for functions that share a large part
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
