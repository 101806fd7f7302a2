import type { Check } from '../check.ts';
import type { Queue } from '../cloud.ts';
import { failure, ok, warning } from '../finding.ts';

/** More waiting messages mean that the updater does not keep up: it takes ten at a time, and a sweep comes every minute. */
const BACKLOG = 100;

interface QueueFacts {
  queue: Queue;
  /** Events that EventBridge could not deliver. */
  undelivered: number;
  /** Absent: there is no dead letter queue, so messages that fail too often are lost. */
  deadLetters?: Queue;
}

/** Does the queue feed the updater, and was every message processed? */
export const queue: Check<QueueFacts> = {
  async collect(cloud, { mapping, queues }) {
    const facts = await cloud.queue(mapping.queueArn);
    const { deadLettersArn } = facts;
    const known = [mapping.queueArn, deadLettersArn ?? ''].map((arn) => arn.split(':').at(-1));
    const base = mapping.queueArn.slice(0, mapping.queueArn.lastIndexOf(':'));
    const others = queues.filter((name) => !known.includes(name));
    const asked = await Promise.all(others.map((name) => cloud.queue(`${base}:${name}`)));
    const undelivered = asked.reduce((sum, { messages }) => sum + messages, 0);
    if (deadLettersArn === undefined) return { queue: facts, undelivered };
    return { queue: facts, undelivered, deadLetters: await cloud.queue(deadLettersArn) };
  },
  evaluate: (
    { queue: { messages, deadLettersArn }, deadLetters, undelivered },
    { mapping, updaterName, homeRegion },
  ) => [
    mapping.state === 'Enabled'
      ? ok('the queue feeds the updater')
      : failure(
          `the event source mapping of ${updaterName} is ${mapping.state}, so no event reaches the updater`,
          'find its UUID with aws lambda list-event-source-mappings and enable it with aws lambda update-event-source-mapping --uuid UUID --enabled',
        ),
    ...(mapping.lastResult.startsWith('PROBLEM')
      ? [failure(`Lambda reports for the queue: ${mapping.lastResult}`, 'deploy the updater stack again')]
      : []),
    messages > BACKLOG
      ? warning(
          `${messages} messages are waiting (more than ${BACKLOG}): the updater fails or does not keep up`,
          `read its log with aws logs tail --since 15m --region ${homeRegion} "$(aws lambda get-function-configuration --function-name ${updaterName} --region ${homeRegion} --query LoggingConfig.LogGroup --output text)"`,
        )
      : ok(`${messages} messages are waiting`),
    deadLetters === undefined
      ? failure('the queue has no dead letter queue', 'deploy the updater stack again')
      : deadLetters.messages === 0
        ? ok('the dead letter queue is empty')
        : failure(
            `${deadLetters.messages} messages are in the dead letter queue: the store could not be written for some time`,
            `find the cause in the updater's log, then purge the queue (sweeps have replaced the messages): aws sqs purge-queue --region ${homeRegion} --queue-url URL-OF-${deadLettersArn?.split(':').at(-1)}`,
          ),
    ...(undelivered === 0
      ? []
      : [
          failure(
            `EventBridge could not deliver ${undelivered} events`,
            'the attributes of the messages say why; see docs/operate/runbook.md#undelivered',
          ),
        ]),
  ],
};
