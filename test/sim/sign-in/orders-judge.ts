import type { Order } from '../../../core/sign-in/order.ts';
import type { OrderAnswer } from '../../../core/sign-in/order-answer.ts';
import { type Cloud, ENVIRONMENT } from '../cloud/cloud.ts';

/** The document of orders. */
export const ORDERS_DOCUMENT = `journal/sign-in/${ENVIRONMENT.deployment}.json`;

/** Seconds for which a sign-in counts. */
const SIGN_IN = 28_800;

/** A pass that a person got. */
export interface HeldPass {
  id: string;
  host: string;
  text: string;
  /** Epoch seconds. */
  madeAt: number;
  endsAt: number;
}

/** An order that the updater has carried out. */
export interface Done {
  order: Order;
  /** Epoch seconds at which the person gave it. */
  sentAt: number;
  /** Epoch milliseconds of the answer. */
  answeredAt: number;
  /** Epoch milliseconds of the end of the first sweep that knows of it; undefined before. */
  knownAt: number | undefined;
}

interface Document {
  epoch: number;
  passes: Readonly<Record<string, unknown>>;
  revoked: Readonly<Record<string, number>>;
  signedOut: Readonly<Record<string, number>>;
}

/** Checks that no order gets lost, is carried out twice, or lacks its record. */
export class OrdersJudge {
  readonly #cloud: Cloud;
  readonly passes: HeldPass[] = [];
  readonly done: Done[] = [];
  /** Orders that may have been carried out: in progress, or without an answer. */
  #unclear: Order[] = [];
  /** Orders to sign everybody out, and the times that the epoch of the document changed. */
  #epochOrders = 0;
  #raises = 0;
  #epoch: number | undefined;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** A person gives an order. */
  noteSent(order: Order): void {
    this.#unclear.push(order);
    if (order.action === 'sign-out' && order.everybody) this.#epochOrders += 1;
  }

  /** @param answer undefined if the function ended without one */
  noteAnswer(order: Order, sentAt: number, answer: OrderAnswer | undefined): void {
    const isUnclear = answer === undefined || ('refused' in answer && /in part/.test(answer.refused));
    if (!isUnclear) this.#unclear.splice(this.#unclear.indexOf(order), 1);
    if (answer === undefined || 'refused' in answer) return;
    if ('pass' in answer) {
      const { id, host, endsAt } = answer.issued;
      const now = Math.floor(this.#cloud.timeline.now / 1_000);
      this.passes.push({ id, host, text: answer.pass, madeAt: now, endsAt: Date.parse(endsAt) / 1_000 });
    }
    this.done.push({ order, sentAt, answeredAt: this.#cloud.timeline.now, knownAt: undefined });
  }

  /** A sweep without faults has ended. */
  noteSweep(startedAt: number): void {
    for (const one of this.done)
      if (one.knownAt === undefined && one.answeredAt + READ_AGAIN <= startedAt)
        one.knownAt = this.#cloud.timeline.now;
  }

  /** Epoch seconds until which a pass would be valid. */
  endOf(id: string): number {
    return this.passes.find((pass) => pass.id === id)?.endsAt ?? Number.POSITIVE_INFINITY;
  }

  isRevoked(id: string): boolean {
    return [...this.done.map(({ order }) => order), ...this.#unclear].some(
      (order) => order.action === 'revoke' && order.id === id,
    );
  }

  /** Why the document must not be like this; undefined if it may. */
  fault(): string | undefined {
    const body = this.#cloud.s3.get(ORDERS_DOCUMENT)?.body;
    if (body === undefined) return this.done.length > 0 ? 'the document of orders is gone' : undefined;
    const document: Document = JSON.parse(body);
    return this.#lossIn(document) ?? this.#excessIn(document);
  }

  #lossIn({ epoch, passes, revoked, signedOut }: Document): string | undefined {
    const now = Math.floor(this.#cloud.timeline.now / 1_000);
    const lost = this.passes.find(({ id, endsAt }) => now < endsAt && !(id in passes) && !this.isRevoked(id));
    if (lost !== undefined) return `the document of orders lacks the pass ${lost.id}`;
    for (const { order, sentAt } of this.done) {
      if (order.action === 'revoke' && now < this.endOf(order.id) && !(order.id in revoked))
        return `the document of orders lacks the revocation of ${order.id}`;
      if (order.action !== 'sign-out' || now >= sentAt + SIGN_IN) continue;
      if ((signedOut[order.user] ?? 0) < sentAt)
        return `the document of orders lacks that ${order.user} is signed out`;
      if (order.everybody && epoch < sentAt)
        return 'the document of orders lacks that everybody is signed out';
    }
    return undefined;
  }

  #excessIn({ epoch, passes }: Document): string | undefined {
    const known = new Set(this.passes.map(({ id }) => id));
    const strange = Object.keys(passes).filter((id) => !known.has(id)).length;
    const unclear = this.#unclear.filter(({ action }) => action === 'pass').length;
    if (strange > unclear) return `the document of orders has ${strange} passes too many`;
    if (this.#epoch !== undefined && epoch !== this.#epoch) this.#raises += 1;
    this.#epoch = epoch;
    return this.#raises > this.#epochOrders
      ? `${this.#epochOrders} orders to sign everybody out raised the epoch ${this.#raises} times`
      : undefined;
  }

  /** Why the journal must not be like this; undefined if it may. */
  journalFault(): string | undefined {
    const records = this.#cloud.s3.below('journal/orders/').map(([, line]) => JSON.parse(line));
    for (const action of ['pass', 'revoke', 'sign-out'] as const) {
      const count = records.filter((record) => record.action === action).length;
      const done = this.done.filter(({ order }) => order.action === action).length;
      const unclear = this.#unclear.filter((order) => order.action === action).length;
      if (count < done || count > done + unclear)
        return `the journal has ${count} records of ${done} orders "${action}", ${unclear} of them without an answer`;
    }
    return undefined;
  }
}

/** Milliseconds for which a run relies on the orders that another one has read. */
const READ_AGAIN = 6_000;
