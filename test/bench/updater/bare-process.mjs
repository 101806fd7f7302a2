// What a process costs that does nothing: the floor of cold-process.mjs.
const imported = performance.now();
const { user, system } = process.cpuUsage();
console.log(`COLD ${JSON.stringify({ imported, processor: (user + system) / 1000 })}`);
