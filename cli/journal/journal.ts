import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { decisionsPrefix } from '../../core/journal/journal-key.ts';
import { type DecisionRecord, parseRecord } from '../../core/journal/journal-record.ts';
import { Fault } from '../../core/schema.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';

/** The location of a journal: its bucket, or a folder with a copy of it. */
export interface JournalPlace {
  /** The folder, or `s3://bucket`. */
  name: string;
  /** Lists the keys below a prefix, in any order. */
  listKeys(prefix: string): Promise<string[]>;
  /** Reads an object. */
  readText(key: string): Promise<string>;
}

/** A journal that the local cloud wrote or `aws s3 sync` copied. */
export function folderJournal(folder: string): JournalPlace {
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

/** A journal in S3. Reading it needs s3:ListBucket and s3:GetObject. */
export function bucketJournal(client: S3Client, bucket: string): JournalPlace {
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

/** The decisions of a period. */
export interface Decisions {
  records: DecisionRecord[];
  /** Objects that this version cannot read. */
  unreadable: { key: string; fault: Fault }[];
}

/** Objects that are fetched at the same time. */
const AT_A_TIME = 32;

const DAY_MS = 86_400_000;

/** Reads the decisions of the UTC days from `since` to `until` inclusive, in any order. */
export async function readDecisions(
  place: JournalPlace,
  since: Milliseconds,
  until: Milliseconds,
): Promise<Decisions> {
  const found: Decisions = { records: [], unreadable: [] };
  const keys: string[] = [];
  for (let day = Math.floor(since / DAY_MS); day <= Math.floor(until / DAY_MS); day++) {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    keys.push(...(await place.listKeys(decisionsPrefix(date))));
  }
  for (let i = 0; i < keys.length; i += AT_A_TIME) {
    const some = keys.slice(i, i + AT_A_TIME);
    const texts = await Promise.all(some.map((key) => place.readText(key)));
    for (const [index, text] of texts.entries()) {
      const record = parseRecord(text);
      if (record instanceof Fault) found.unreadable.push({ key: some[index] ?? '', fault: record });
      else found.records.push(record);
    }
  }
  return found;
}
