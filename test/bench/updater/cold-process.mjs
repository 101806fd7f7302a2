// One cold start: `node cold-process.mjs BUNDLE` imports the bundle and sweeps once, which signs a first call to the store.
// Prints the milliseconds from the process start to the end of import and of sweep, and the processor time.
const { handler } = await import(process.argv[2]);
const imported = performance.now();
const sweep = {
  messageId: '1',
  body: '{"action":"reconcile"}',
  attributes: { SentTimestamp: String(Date.now()) },
};
await handler({ Records: [sweep] }, { awsRequestId: 'cold' });
// The log goes to the same output, so the result is a line with its own beginning.
const { user, system } = process.cpuUsage();
const processor = (user + system) / 1000;
console.log(`COLD ${JSON.stringify({ imported, swept: performance.now(), processor })}`);
process.exit();
