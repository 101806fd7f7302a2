import type { Json } from '../../../core/json.ts';
import { parseUser } from '../../../core/session/user.ts';
import type { Order } from '../../../core/sign-in/order.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import { type Cloud, SESSION_SECRET, withSignIn } from '../cloud/cloud.ts';
import { PEOPLE } from '../judge/access.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import { TRUTH } from '../live/truth-judge.ts';
import type { Action } from '../story/action.ts';
import type { Hand } from '../story/hand.ts';
import { type VisitorParts, Visitors } from '../visitors/visitors.ts';
import { BuiltRouter } from './built-router.ts';
import { ACCESS_FILE, Concierge } from './concierge.ts';
import { ORDERS_DOCUMENT } from './orders-judge.ts';
import type { SignInJudge } from './sign-in-judge.ts';

/** Steps about sign-in. */
export type SignInAction = Extract<
  Action,
  { do: 'sign in' | 'renew' | 'visit' | 'rotate' | 'pass' | 'revoke' | 'sign out' | 'rules' | 'edit keys' }
>;

/** Seconds between two rotations: the guide says an hour, because only the last key is kept. */
const BETWEEN_ROTATIONS = 3_600;

export interface Stage {
  cloud: Cloud;
  hand: Hand;
  concierge: Concierge;
  judge: SignInJudge;
  router: BuiltRouter;
  visitors: Visitors;
  /** Gets the first broken promise. */
  report(fault: string | undefined): void;
}

/** The people of a history with sign-in: viewers, programs with passes, and operators. */
export class People {
  readonly #stage: Stage;
  #rotations = 0;
  #rotatedAt = Number.NEGATIVE_INFINITY;

  constructor(stage: Stage) {
    this.#stage = stage;
    stage.judge.keys.noteVersion('session secret 0');
  }

  get visitors(): Visitors {
    return this.#stage.visitors;
  }

  act(action: SignInAction): void {
    const { cloud, concierge, judge, hand, report } = this.#stage;
    switch (action.do) {
      case 'sign in': {
        const viewer = PEOPLE[action.person % PEOPLE.length];
        const held = viewer && concierge.signIn(viewer, hostOf(action.label));
        if (viewer && held) report(judge.noteSession(held, viewer));
        break;
      }
      case 'renew': {
        const { sessions } = judge;
        const before = sessions[action.which % Math.max(1, sessions.length)];
        const viewer = PEOPLE.find(({ user }) => user === before?.session.user);
        const held = before && concierge.renew(before);
        if (viewer && held) report(judge.noteSession(held, viewer));
        break;
      }
      case 'visit':
        this.#visit(action);
        break;
      case 'rotate':
        this.#rotate();
        break;
      case 'pass':
        this.#order({ action: 'pass', host: hostOf(action.label), for: 'ci', days: action.days });
        break;
      case 'revoke': {
        const { passes } = judge.orders;
        const pass = passes[action.which % Math.max(1, passes.length)];
        if (pass) this.#order({ action: 'revoke', id: pass.id });
        break;
      }
      case 'sign out': {
        const user = parseUser(PEOPLE[action.person % PEOPLE.length]?.user ?? '');
        if (user) this.#order({ action: 'sign-out', user, everybody: action.everybody });
        break;
      }
      case 'rules':
        cloud.lambda.deploy(withSignIn(cloud.lambda.environment, action.openNames));
        break;
      case 'edit keys':
        if (cloud.kvs.get(KEYS_KEY) === undefined) break;
        judge.keys.noteEdit();
        hand.write(KEYS_KEY, action.how === 'delete' ? undefined : 'spoilt by hand');
        break;
      default:
        action satisfies never;
    }
    report(judge.check());
  }

  /** A visit with a session or pass, at the first or the last edge. The built router must do what the judge expects. */
  #visit({ label, which, isLate }: Extract<SignInAction, { do: 'visit' }>): void {
    const { judge, router, report } = this.#stage;
    const proofs = [
      undefined,
      ...judge.sessions.map(({ text, host }) => ({ kind: 'session' as const, text, host })),
      ...judge.orders.passes.map(({ text, host }) => ({ kind: 'pass' as const, text, host })),
    ];
    const proof = proofs[which % proofs.length];
    const edge = judge.edges[isLate ? 1 : 0];
    const host = proof && which % 2 === 0 ? proof.host : hostOf(label);
    if (edge) void router.compare(edge, host, proof).then(report);
    report(judge.foreignFault());
  }

  #rotate(): void {
    const { cloud, judge } = this.#stage;
    const now = cloud.timeline.now / 1_000;
    if (now < this.#rotatedAt + BETWEEN_ROTATIONS) return;
    this.#rotatedAt = now;
    this.#rotations += 1;
    const text = `session secret ${this.#rotations}`;
    cloud.secrets.put(SESSION_SECRET, text);
    judge.keys.noteVersion(text);
  }

  #order(order: Order): void {
    const { cloud, judge, report } = this.#stage;
    const sentAt = Math.floor(cloud.timeline.now / 1_000);
    judge.orders.noteSent(order);
    void cloud.lambda.answer(order as unknown as Json).then((answer) => {
      judge.orders.noteAnswer(order, sentAt, answer);
      report(judge.orders.fault());
    });
  }
}

/** The people of a history, and a concierge that signs them in by the rules that the updater publishes. */
export function bringPeople({
  mac,
  seed,
  bundle,
  trace,
  ...stage
}: Omit<Stage, 'concierge' | 'router' | 'visitors'> &
  Pick<VisitorParts, 'mac' | 'seed' | 'bundle' | 'trace'>): People {
  const { cloud, judge, report } = stage;
  const sessions = () => judge.sessions;
  const visitors = new Visitors({ cloud, mac, seed, bundle, sessions, report, trace });
  const concierge = new Concierge(cloud, mac);
  cloud.s3.onPut = (path, body) => {
    if (path === ORDERS_DOCUMENT) report(judge.orders.fault());
    if (path.startsWith(TRUTH)) report(judge.truth.putFault(path, body));
    visitors.truth.notePut(path, body);
    if (path !== ACCESS_FILE) return;
    concierge.notePublished(body);
    report(judge.publishFault(body));
  };
  return new People({ ...stage, concierge, router: new BuiltRouter(cloud.timeline, mac), visitors });
}

const hostOf = (label: string) => `${label}.${BASE_DOMAIN}`;
