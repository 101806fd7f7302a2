// The cost of a process that does nothing, for comparison with cold-process.mjs.
const imported = performance.now();
const { user, system } = process.cpuUsage();
console.log(`COLD ${JSON.stringify({ imported, processor: (user + system) / 1000 })}`);
