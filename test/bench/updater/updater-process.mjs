// Runs the updater's bundle in a process of its own, to measure its time and memory alone: `node updater-process.mjs BUNDLE`.
// Takes one event at a time and returns its cost. It is plain JavaScript, because a loader would add to the cost.
const { handler } = await import(process.argv[2]);
let requests = 0;
process.on('message', async (event) => {
  const before = process.cpuUsage();
  await handler(event, { awsRequestId: `request-${++requests}` });
  const { user, system } = process.cpuUsage(before);
  process.send({ processor: (user + system) / 1000, peak: process.resourceUsage().maxRSS / 1000 });
});
process.send({ ready: true });
