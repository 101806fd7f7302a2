/** The folder of the access logs in their bucket. CloudFront adds the rest of the path. */
export const LOG_FOLDER = 'cloudfront';

/**
 * The path that CloudFront adds, with its own variables. Lower case, because Athena reads no other names of partitions. With the
 * Hive form it becomes `distributionid=E…/year=2026/month=11/day=30/hour=05/`.
 */
export const LOG_PATH = '{distributionid}/{yyyy}/{MM}/{dd}/{HH}';

/** The hour of an access log. */
export interface LogPlace {
  /** `2026-11-30`, in UTC. */
  day: string;
  /** 0–23. */
  hour: number;
  /** The name of the file, which is unique. */
  file: string;
}

const PLACE =
  /(?:^|\/)(?:year=)?(\d{4})\/(?:month=)?(\d\d)\/(?:day=)?(\d\d)\/(?:hour=)?([01]\d|2[0-3])\/([^/]+)$/;

/** Parses the key of an access log, with or without the names of the partitions. Undefined for the key of another object. */
export function parseLogKey(key: string): LogPlace | undefined {
  const found = key.startsWith(`${LOG_FOLDER}/`) ? PLACE.exec(key) : null;
  if (found === null) return undefined;
  const [, year, month, date, hour, file = ''] = found;
  return { day: `${year}-${month}-${date}`, hour: Number(hour), file };
}

/** The key of an access log, as CloudFront writes it: by distribution and hour, with a part of its own. */
export function formatLogKey(distribution: string, time: Date, part: string): string {
  const [year = '', month = '', day = '', hour = ''] = time.toISOString().split(/[-T:]/, 4);
  const folder = `distributionid=${distribution}/year=${year}/month=${month}/day=${day}/hour=${hour}`;
  return `${LOG_FOLDER}/${folder}/${distribution}.${year}-${month}-${day}-${hour}.${part}.gz`;
}
