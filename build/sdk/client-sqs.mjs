// The two parts of the client of SQS that the updater uses. A failed run imports them when it needs them, and esbuild keeps all that
// a module exports which is imported so late: the package's own entry would bring every operation.
export { ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs/dist-es/commands/ChangeMessageVisibilityBatchCommand.js';
export { SQSClient } from '@aws-sdk/client-sqs/dist-es/SQSClient.js';
