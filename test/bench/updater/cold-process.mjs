// One cold start: `node cold-process.mjs BUNDLE` imports it and lets it sweep once, which signs a first call to the store.
// Prints the milliseconds since the process began at which it was imported and had swept, and those of the processor.
const { handler } = await import(process.argv[2]);
const imported = performance.now();
const sweep = {
  messageId: '1',
  body: '{"action":"reconcile"}',
  attributes: { SentTimestamp: String(Date.now()) },
};
await handler({ Records: [sweep] }, { awsRequestId: 'cold' });
// The log goes to the same place, line by line.
const { user, system } = process.cpuUsage();
const processor = (user + system) / 1000;
console.log(`COLD ${JSON.stringify({ imported, swept: performance.now(), processor })}`);
process.exit();
