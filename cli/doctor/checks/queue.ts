import type { Check } from '../check.ts';
import type { Queue } from '../cloud.ts';
import { failure, ok, warning } from '../finding.ts';

/** More than this waits only when the updater does not keep up: it takes ten at a time, and one sweep comes a minute. */
const BACKLOG = 100;

interface QueueFacts {
  queue: Queue;
  /** What EventBridge could not hand over. */
  undelivered: number;
  /** Absent: messages that fail too often are lost. */
  deadLetters?: Queue;
}

/** Does the queue feed the updater, and has nothing been given up? */
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
          `the event source of ${updaterName} is ${mapping.state}: no event reaches the updater`,
          'enable it: aws lambda list-event-source-mappings shows its UUID, aws lambda update-event-source-mapping --uuid UUID --enabled mends it',
        ),
    ...(mapping.lastResult.startsWith('PROBLEM')
      ? [failure(`Lambda says of the queue: ${mapping.lastResult}`, 'deploy the updater stack again')]
      : []),
    messages > BACKLOG
      ? warning(
          `${messages} messages wait, more than ${BACKLOG}: the updater does not keep up, or fails`,
          `read its log: aws logs tail --since 15m --region ${homeRegion} "$(aws lambda get-function-configuration --function-name ${updaterName} --region ${homeRegion} --query LoggingConfig.LogGroup --output text)"`,
        )
      : ok(`${messages} messages wait`),
    deadLetters === undefined
      ? failure('the queue has no dead letter queue', 'deploy the updater stack again')
      : deadLetters.messages === 0
        ? ok('no message was given up')
        : failure(
            `${deadLetters.messages} messages were given up: the store could not be written for some time`,
            `find the cause in the updater's log; sweeps have made up for them since, so purge them: aws sqs purge-queue --region ${homeRegion} --queue-url of ${deadLettersArn}`,
          ),
    ...(undelivered === 0
      ? []
      : [
          failure(
            `EventBridge could not hand over ${undelivered} events`,
            'docs/operate/runbook.md#undelivered: the attributes of the messages say why',
          ),
        ]),
  ],
};
