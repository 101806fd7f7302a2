import { EventEmitter, once } from 'node:events';
import type { Ec2Event } from '../../../local/ec2/ec2-events.ts';

/** All events of a fleet, which a test can read or await. */
export class EventLog {
  readonly events: Ec2Event[] = [];
  readonly #arrivals = new EventEmitter();

  readonly publish = (event: Ec2Event): void => {
    this.events.push(event);
    this.#arrivals.emit('event');
  };

  /** One word per event: the call (with `!` and the code if it failed), the new state, or `tags`. */
  get words(): string[] {
    return this.events.map(wordOf);
  }

  /** Resolves when `word` has been published `times` times in total. */
  async until(word: string, times = 1): Promise<void> {
    while (this.words.filter((other) => other === word).length < times) await once(this.#arrivals, 'event');
  }
}

function wordOf(event: Ec2Event): string {
  switch (event['detail-type']) {
    case 'AWS API Call via CloudTrail': {
      const { eventName, errorCode } = event.detail;
      return errorCode === undefined ? eventName : `${eventName}!${errorCode}`;
    }
    case 'EC2 Instance State-change Notification':
      return event.detail.state;
    case 'Tag Change on Resource':
      return 'tags';
    default:
      return event satisfies never;
  }
}
