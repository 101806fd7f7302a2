import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { DECISIONS } from '../../core/journal/journal-key.ts';
import { DEFAULT_STATE } from '../../local/state/state-home.ts';
import { STATE } from '../cloud/running-cloud.ts';
import { type Options, type ParsedArguments, UsageError } from '../command.ts';
import { InputError } from '../input.ts';
import { bucketPlace, folderPlace, type ObjectPlace } from '../object-place.ts';

/** The options that select a journal. */
export const JOURNAL: Options = {
  bucket: { value: 'NAME', text: 'journal bucket of a deployment on AWS' },
  from: { value: 'DIR|s3://NAME', text: 'folder with a copy of the journal, or its bucket' },
  ...STATE,
};

/** The journal that a command line selects. */
export function selectJournal({ text }: ParsedArguments): ObjectPlace {
  const [bucket, from] = [text('bucket'), text('from')];
  if (bucket !== undefined && from !== undefined)
    throw new UsageError('--bucket and --from exclude each other; give one of them');
  const named =
    bucket ?? (from?.startsWith('s3://') ? from.slice('s3://'.length).replace(/\/$/, '') : undefined);
  // The bucket may be in any region.
  if (named !== undefined) return bucketPlace(new S3Client({ followRegionRedirects: true }), named);
  const folder = from ?? join(text('state') ?? DEFAULT_STATE, 's3/journal');
  if (existsSync(join(folder, DECISIONS))) return folderPlace(folder);
  const remedy =
    from === undefined
      ? 'start a local cloud with `npx dynamic-edge-proxy local`, or name a journal with --bucket NAME or --from DIR'
      : `--from needs the folder that contains ${DECISIONS}`;
  const missing = existsSync(folder) ? `contains no folder ${DECISIONS}` : 'does not exist';
  throw new InputError(`no journal found: ${folder} ${missing}; ${remedy}`);
}
