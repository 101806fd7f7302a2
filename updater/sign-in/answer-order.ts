import { createHash, createHmac, randomBytes } from 'node:crypto';
import { orderKey } from '../../core/journal/journal-key.ts';
import { type OrderRecord, printOrderRecord } from '../../core/journal/order-record.ts';
import type { Json } from '../../core/json.ts';
import { Fault } from '../../core/schema.ts';
import { PASS } from '../../core/session/pass.ts';
import { type Mac, sign } from '../../core/session/signed.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { type Order, parseOrder } from '../../core/sign-in/order.ts';
import type { ListedPass, OrderAnswer } from '../../core/sign-in/order-answer.ts';
import {
  addPass,
  currentOrders,
  Refusal,
  revokePass,
  signEverybodyOut,
  signOut,
} from '../../core/sign-in/orders.ts';
import { toMilliseconds, toSeconds } from '../../core/time.ts';
import type { Hostname, Seconds } from '../../core/wire/brands.ts';
import type { Clock, Journal } from '../ports.ts';
import type { OrdersBook } from './orders-book.ts';
import type { SessionSecret } from './session-secret.ts';

/** The parts that an answer needs. */
export interface OrderParts {
  settings: Pick<Settings, 'deployment' | 'baseDomain'>;
  secret: SessionSecret;
  book: OrdersBook;
  journal: Journal;
  clock: Pick<Clock, 'now'>;
}

/** Facts for the journal. */
type Facts = Omit<OrderRecord, 'version' | 'at' | 'deployment' | 'requestId'>;

/** The day in seconds. */
const DAY: Seconds = 86_400;

/** Carries an order out. Never throws: the person who gave it gets a sentence. The next sweep brings it to the edge. */
export async function answerOrder(parts: OrderParts, json: Json, requestId: string): Promise<OrderAnswer> {
  const order = parseOrder(json);
  if (order instanceof Fault) return { refused: `the order cannot be read: ${order}` };
  try {
    return await carryOut(parts, order, requestId);
  } catch (error) {
    return { refused: `the order failed, and may be carried out in part: ${String(error)}` };
  }
}

function carryOut(parts: OrderParts, order: Order, requestId: string): Promise<OrderAnswer> {
  switch (order.action) {
    case 'pass':
      return makePass(parts, order, requestId);
    case 'passes':
      return listPasses(parts);
    case 'revoke':
      return revoke(parts, order, requestId);
    case 'sign-out':
      return signPersonOut(parts, order, requestId);
    default:
      return order satisfies never;
  }
}

async function makePass(
  parts: OrderParts,
  order: Extract<Order, { action: 'pass' }>,
  requestId: string,
): Promise<OrderAnswer> {
  const { settings, secret, clock, book } = parts;
  const { deployment } = settings;
  const host = completeHost(order.host, settings.baseDomain);
  if (host instanceof Refusal) return refused(host);
  await secret.refresh();
  const keys = secret.generations;
  if (keys === undefined)
    return { refused: "the secret of session keys cannot be read; the updater's log has the reason" };
  const now = toSeconds(clock.now());
  const id = newPassId();
  const issued = { host, name: order.for, endsAt: now + order.days * DAY };
  const orders = await book.change((before) => addPass(currentOrders(before, now), id, issued));
  if (orders instanceof Refusal) return refused(orders);
  const listed = listedPass(id, issued);
  // Without its record no pass is handed out.
  await record(parts, requestId, { action: 'pass', ...listed });
  const value = { endsAt: issued.endsAt, madeAt: now, id, name: issued.name };
  // During a rotation the edge gets the next key within five minutes, and the pass outlives the current one.
  return { pass: sign(PASS, value, { deployment, host }, keys.next ?? keys.current, mac), issued: listed };
}

async function listPasses({ book, clock }: OrderParts): Promise<OrderAnswer> {
  const now = toSeconds(clock.now());
  const orders = await book.change((before) => before);
  if (orders instanceof Refusal) return refused(orders);
  return { passes: [...currentOrders(orders, now).passes].map(([id, pass]) => listedPass(id, pass)) };
}

async function revoke(
  parts: OrderParts,
  { id }: Extract<Order, { action: 'revoke' }>,
  requestId: string,
): Promise<OrderAnswer> {
  const now = toSeconds(parts.clock.now());
  const orders = await parts.book.change((before) => revokePass(currentOrders(before, now), id));
  if (orders instanceof Refusal) return refused(orders);
  await record(parts, requestId, { action: 'revoke', id });
  return { revoked: id };
}

async function signPersonOut(
  parts: OrderParts,
  { user, everybody = false }: Extract<Order, { action: 'sign-out' }>,
  requestId: string,
): Promise<OrderAnswer> {
  const now = toSeconds(parts.clock.now());
  const orders = await parts.book.change((before) => {
    const one = signOut(currentOrders(before, now), user, now);
    return everybody ? signEverybodyOut(one, now) : one;
  });
  if (orders instanceof Refusal) return refused(orders);
  await record(parts, requestId, { action: 'sign-out', person: sha256(user), everybody });
  return { signedOut: user, everybody };
}

async function record(
  { journal, clock, settings: { deployment } }: OrderParts,
  requestId: string,
  facts: Facts,
): Promise<void> {
  const now = clock.now();
  const at = new Date(now).toISOString();
  await journal.append(
    orderKey(now, requestId),
    printOrderRecord({ version: 1, at, deployment, requestId, ...facts }),
  );
}

/** The hostname below the base domain: `shop` stands for `shop.dev.example.com`. */
function completeHost(host: string, baseDomain: string): Hostname | Refusal {
  if (host.endsWith(`.${baseDomain}`)) return host;
  if (!host.includes('.')) return `${host}.${baseDomain}`;
  return new Refusal(`${host} is not below ${baseDomain}; give a name such as shop.${baseDomain}`);
}

/** 72 random bits. No id begins with a hyphen, so that each can follow an option of a command line. */
function newPassId(): string {
  const id = randomBytes(9).toString('base64url');
  return id.startsWith('-') ? newPassId() : id;
}

function listedPass(
  id: string,
  { host, name, endsAt }: { host: Hostname; name: string; endsAt: Seconds },
): ListedPass {
  return { id, host, name, endsAt: new Date(toMilliseconds(endsAt)).toISOString() };
}

const refused = ({ reason }: Refusal): OrderAnswer => ({ refused: reason });

const mac: Mac = (key, text) => createHmac('sha256', key).update(text).digest('hex');

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
