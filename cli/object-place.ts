import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

/** The location of objects: a bucket, or a folder with a copy of it. */
export interface ObjectPlace {
  /** The folder, or `s3://bucket`. */
  name: string;
  /** Lists the keys below a prefix, in any order. */
  listKeys(prefix: string): Promise<string[]>;
  /** Reads an object. */
  readText(key: string): Promise<string>;
}

/** A bucket that the local cloud wrote or `aws s3 sync` copied. */
export function folderPlace(folder: string): ObjectPlace {
  return {
    name: folder,
    listKeys: async (prefix) => {
      const path = join(folder, prefix);
      if (!existsSync(path)) return [];
      const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
      return files.map(({ name }) => `${prefix}${name}`);
    },
    readText: async (key) => readFileSync(join(folder, key), 'utf8'),
  };
}

/** A bucket in S3. Reading it needs s3:ListBucket and s3:GetObject. */
export function bucketPlace(client: S3Client, bucket: string): ObjectPlace {
  return {
    name: `s3://${bucket}`,
    listKeys: async (prefix) => {
      const keys: string[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
      }
      return keys;
    },
    readText: async (key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
  };
}
