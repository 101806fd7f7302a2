// The updater's bundle in a process of its own, so that its time and memory are its own: `node updater-process.mjs
// BUNDLE`. Takes one event at a time and answers what it cost. Plain JavaScript: a loader would count.
const { handler } = await import(process.argv[2]);
let requests = 0;
process.on('message', async (event) => {
  const before = process.cpuUsage();
  await handler(event, { awsRequestId: `request-${++requests}` });
  const { user, system } = process.cpuUsage(before);
  process.send({ processor: (user + system) / 1000, peak: process.resourceUsage().maxRSS / 1000 });
});
process.send({ ready: true });
