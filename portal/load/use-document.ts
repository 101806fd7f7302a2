import { useEffect, useState } from 'preact/hooks';
import { Fault } from '../../core/schema.ts';
import { ListError, type Loaded, request } from './document.ts';

/**
 * Loads a document of the site, and loads it again whenever `again` changes. Meanwhile the last content stays.
 *
 * @param parse must be the same function each time
 */
export function useDocument<T>(name: string, parse: (text: string) => T | Fault, again: unknown): Loaded<T> {
  const [loaded, setLoaded] = useState<{ name: string; document: Loaded<T> }>({ name, document: LOADING });
  useEffect(() => {
    let isCurrent = true;
    void loadDocument(name, parse).then((document) => {
      if (isCurrent) setLoaded({ name, document });
    });
    return () => {
      isCurrent = false;
    };
  }, [name, parse, again]);
  return loaded.name === name ? loaded.document : LOADING;
}

const LOADING = { is: 'loading' } as const;

async function loadDocument<T>(name: string, parse: (text: string) => T | Fault): Promise<Loaded<T>> {
  try {
    const { ok, status, text } = await request(name);
    // S3 answers 403 for an object that CloudFront may not read.
    if (status === 404 || status === 403) return { is: 'missing', why: `the edge answered ${status}` };
    if (!ok) return { is: 'broken', why: `the edge answered ${status}` };
    const value = parse(text);
    return value instanceof Fault ? { is: 'broken', why: `${name}: ${value}` } : { is: 'here', value };
  } catch (error) {
    if (!(error instanceof ListError)) throw error;
    return { is: 'broken', why: error.message };
  }
}
