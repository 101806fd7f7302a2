import { parseAccessFile } from '../../../../core/entry/access-file.ts';
import { currentChanges, parseLiveFile } from '../../../../core/live/live-file.ts';
import { SHARDS, type Shard, shardOf } from '../../../../core/live/shard.ts';
import { Fault } from '../../../../core/schema.ts';
import type { SecretVersions } from '../../../../core/session/key-generations.ts';
import { parseSessionKeys } from '../../../../core/session/session-keys.ts';
import { type Orders, parseOrders } from '../../../../core/sign-in/orders.ts';
import { KEYS_KEY } from '../../../../core/wire/session.ts';
import { Truth } from '../../../../updater/live/truth.ts';
import { run } from '../../../../updater/run/run.ts';
import { answerOrder } from '../../../../updater/sign-in/answer-order.ts';
import { OrdersBook } from '../../../../updater/sign-in/orders-book.ts';
import { SessionSecret } from '../../../../updater/sign-in/session-secret.ts';
import { SignIn } from '../../../../updater/sign-in/sign-in.ts';
import { NOW, SETTINGS, type Sketch } from '../../values/instances.ts';
import { SWEEP } from '../../values/made-events.ts';
import { MemoryNotebook } from '../memory.ts';
import { message, updaterStand } from '../updater-stand.ts';

/** The secret of a deployment that never rotated it. */
export const SECRET: SecretVersions = { current: { text: 'a secret', createdAt: NOW - 86_400 } };

/** The whole updater in memory, of a deployment with sign-in. */
export async function signInStand(...sketches: Sketch[]) {
  const stand = await updaterStand(...sketches);
  const { clock, lines, journal } = stand;
  const settings = { ...SETTINGS, signIn: { groups: ['devs'] } };
  const held: { secret: SecretVersions | undefined } = { secret: SECRET };
  const reads = { secret: 0 };
  const paper: { body?: string } = {};
  const access: { body?: string } = {};
  /** The documents of the truth, which all environments share. */
  const live = new Map(SHARDS.map((shard): [Shard, { body?: string | undefined }] => [shard, {}]));
  const origin: { secret: string | undefined } = { secret: undefined };
  let requests = 0;
  const environment = (more: Parameters<typeof stand.environment>[0] = {}) => {
    const warn = (text: string) => lines.push({ level: 'ERROR', message: text });
    const readVersions = async () => {
      reads.secret += 1;
      if (held.secret === undefined) throw new Error('AccessDeniedException');
      return held.secret;
    };
    const secret = new SessionSecret({ readVersions }, SETTINGS.deployment, clock, warn);
    const orders = new MemoryNotebook(paper);
    const book = new OrdersBook(orders, clock, warn);
    const accessFile = new MemoryNotebook(access);
    const log = (line: Record<string, unknown>) => lines.push(line);
    const signIn = new SignIn({ secret, book, accessFile, originKey: () => origin.secret, log });
    const shards = new Map([...live].map(([shard, document]) => [shard, new MemoryNotebook(document)]));
    const truth = new Truth({
      ...{ deployment: SETTINGS.deployment, clock, log, firstTokenOf: () => '' },
      documentOf: (shard) => shards.get(shard) ?? new MemoryNotebook(),
    });
    return {
      ...{ truth, shards },
      parts: stand.environment({ settings, signIn, truth, ...more }),
      signIn,
      secret,
      book,
      orders,
      accessFile,
    };
  };
  const first = environment();
  const sweep = async (by = first) => {
    await run(by.parts, [{ ...message(SWEEP), sentAt: clock.now() }], `sweep-${++requests}`);
  };
  return {
    ...stand,
    ...{ held, origin, reads, paper, access, live, environment, first, sweep },
    /** An environment of the deployment after sign-in was switched off. */
    withoutSignIn: () => stand.environment(),
    /** Gives an order to a fresh environment, or to this one. */
    order: ({ secret, book } = environment(), json: unknown) =>
      answerOrder({ settings, secret, book, journal, clock }, json, `order-${++requests}`),
    /** Sweeps once a minute. */
    sweepFor: async (minutes: number, by = first) => {
      for (let n = 0; n < minutes; n++) {
        clock.advance(60_000);
        await sweep(by);
      }
    },
    keys: () => parseSessionKeys(stand.store.store.get(KEYS_KEY) ?? ''),
    orders: (): Orders => {
      const orders = parseOrders(paper.body ?? '');
      if (orders instanceof Fault) throw new Error(String(orders));
      return orders;
    },
    published: () => {
      const file = parseAccessFile(access.body ?? '');
      if (file instanceof Fault) throw new Error(String(file));
      return file;
    },
    /** The last change of a hostname in the truth, unless it is too old to count. */
    truthOf: (key: string) => {
      const body = live.get(shardOf(key))?.body;
      const changes = body === undefined ? new Map() : parseLiveFile(body);
      if (changes instanceof Fault) throw new Error(String(changes));
      return currentChanges(changes, Math.floor(clock.now() / 1000)).get(key);
    },
    /** Lines of the journal about orders. */
    recorded: () =>
      [...journal.records].filter(([key]) => key.startsWith('orders/')).map(([, body]) => JSON.parse(body)),
  };
}
