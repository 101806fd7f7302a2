import type { Run } from '../run.ts';
import type { Written } from '../world.ts';
import type { Probe } from './probe.ts';

/**
 * A key that is not a hostname, with a value that is not an entry. The updater ignores it, and the router never requests it.
 */
const KEY = '~e2e-probe';

/** Writes of the rate probe: $0.02. */
const BURST = 20;

/** Questions about the KeyValueStore's API that its documentation leaves open. */
export const STORE_PROBES: readonly Probe[] = [
  {
    question: 'How is a stale ETag answered?',
    expected: 'ValidationException or ConflictException: the updater understands both',
    how: 'cloudfront-keyvaluestore UpdateKeys with If-Match: stale',
    async run(run) {
      const seen = told(await run.world.write(arnOf(run), { ...put('x'), etag: 'stale' }));
      return { seen, agrees: /^(?:ValidationException|ConflictException)/.test(seen) };
    },
  },
  {
    question: 'Is putting the same value again a new version?',
    expected: 'yes: the updater plans only what differs',
    how: 'UpdateKeys of one key twice with the same value',
    async run(run) {
      const first = await write(run, put('same'));
      const second = await run.world.write(arnOf(run), { ...put('same'), etag: etagOf(first) });
      const changed = 'etag' in second && second.etag !== etagOf(first);
      return {
        seen: 'error' in second ? second.error : changed ? 'a new ETag' : 'the same ETag',
        agrees: changed,
      };
    },
  },
  {
    question: 'What becomes of one key in Puts and Deletes?',
    expected: 'refused: the updater never sends it',
    how: 'UpdateKeys with the same key in both',
    async run(run) {
      const written = await write(run, { ...put('both'), deletes: [KEY] });
      return { seen: told(written), agrees: 'error' in written };
    },
  },
  {
    question: 'How often may the store be written?',
    expected: `${BURST} writes in a row without a refusal`,
    how: `UpdateKeys ${BURST} times, each with the ETag of the last`,
    async run(run) {
      const began = run.world.now();
      let etag = await run.world.etag(arnOf(run));
      let slowest = 0;
      const refused: string[] = [];
      for (let n = 0; n < BURST; n += 1) {
        const sent = run.world.now();
        const written = await run.world.write(arnOf(run), { ...put(`burst ${n}`), etag });
        slowest = Math.max(slowest, run.world.now() - sent);
        if ('error' in written) refused.push(written.error);
        // The updater writes between: not a refusal of ours to count twice.
        etag = 'etag' in written ? written.etag : await run.world.etag(arnOf(run));
      }
      const seconds = (run.world.now() - began) / 1000;
      const seen = `${BURST} writes in ${seconds.toFixed(1)} s, the slowest ${slowest} ms, refused ${refused.length} ${refused[0] ?? ''}`;
      return { seen, agrees: refused.length === 0 };
    },
  },
  {
    question: 'Does deleting an absent key change the version?',
    expected: 'no',
    how: 'UpdateKeys that deletes one key twice',
    async run(run) {
      const first = await write(run, { puts: {}, deletes: [KEY] });
      const second = await run.world.write(arnOf(run), { puts: {}, deletes: [KEY], etag: etagOf(first) });
      const same = 'etag' in second && second.etag === etagOf(first);
      return { seen: 'error' in second ? second.error : same ? 'the same ETag' : 'a new ETag', agrees: same };
    },
  },
];

type Changes = Omit<Parameters<Run['world']['write']>[1], 'etag'>;

function put(value: string): Changes {
  return { puts: { [KEY]: value }, deletes: [] };
}

function arnOf({ deployment }: Run): string {
  return deployment.updater.environment['KVS_ARN'] ?? '';
}

/** A write under the version that the store has now. */
async function write(run: Run, changes: Changes): Promise<Written> {
  return run.world.write(arnOf(run), { ...changes, etag: await run.world.etag(arnOf(run)) });
}

function told(written: Written): string {
  return 'error' in written ? written.error : 'accepted';
}

function etagOf(written: Written): string {
  if ('etag' in written) return written.etag;
  throw new Error(written.error);
}
