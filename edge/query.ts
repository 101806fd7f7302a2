import type { EdgeRequest, Multi } from 'cloudfront';

/** The query string with its `?`: byte for byte where the runtime has the original, else put together again. */
export function queryOf(request: EdgeRequest): string {
  if (request.rawQueryString) {
    const raw = request.rawQueryString();
    return raw ? `?${raw}` : '';
  }
  const query = request.querystring as Record<string, Multi>;
  const pairs: string[] = [];
  for (const name in query) {
    const first = query[name] as Multi;
    const values = first.multiValue || [first];
    for (let i = 0; i < values.length; i++) pairs.push(`${name}=${(values[i] as Multi).value}`);
  }
  return pairs.length ? `?${pairs.join('&')}` : '';
}
