import type { EdgeRequest, Multi } from 'cloudfront';

/** The query string with its `?`: byte for byte where the runtime has the original, else put together again. */
export function queryOf(request: EdgeRequest): string {
  let query = '';
  if (request.rawQueryString) query = request.rawQueryString() || '';
  else {
    const parsed = request.querystring as Record<string, Multi>;
    for (const name in parsed) {
      const first = parsed[name] as Multi;
      const values = first.multiValue || [first];
      for (let i = 0; i < values.length; i++)
        query += (query && '&') + name + '=' + (values[i] as Multi).value;
    }
  }
  return query && '?' + query;
}
