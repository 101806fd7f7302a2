import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startGroup } from '../../../../local/ec2/machines/child-group.ts';
import { nodeCommand, openListeningPost } from '../../../support/aws/listening-post.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { until } from '../../../support/until.ts';

/** Runs a script until it reports; the group is stopped after the test. */
async function runUntilReport(script: (report: string) => string, graceMs?: number) {
  const post = await openListeningPost();
  const report = post.next();
  const group = await run(script(post.report("'here'")), graceMs);
  return { ...group, gone: (await report).gone };
}

/** Runs a script in a group that is stopped after the test. */
async function run(script: string, graceMs = 5_000) {
  const logFile = join(await temporaryFolder(), 'logs', 'script.log');
  const group = await startGroup({ script, env: process.env, logFile, graceMs });
  onTestFinished(() => group.stop());
  return { ...group, printed: () => readFile(logFile, 'utf8') };
}

const FOREVER = 'setInterval(() => {}, 1000)';

describe('a script', () => {
  test.each([
    ['exit 7', 'exited with code 7'],
    ['kill -TERM $$', 'ended by SIGTERM'],
  ])('`%s` %s', async (script, how) => {
    const { exited } = await run(script);
    expect(await exited).toBe(how);
  });

  test('appends both of its outputs to the log', async () => {
    const { exited, printed } = await run('echo out; echo err >&2');
    await exited;
    expect(await printed()).toBe('out\nerr\n');
  });
});

test.each([
  ['sleep 0 & wait; exit 5', 'exited with code 5'],
  ['read -r line || exit 6', 'exited with code 6'],
])('a script can await all of its children and has an empty input: `%s`', async (script, how) => {
  const { exited } = await run(script);
  expect(await exited).toBe(how);
});

describe('stop', () => {
  test('lets every process of the group end by itself', async () => {
    const { stop, printed, gone } = await runUntilReport((report) => {
      const leave = "process.on('SIGTERM', () => { console.log('goodbye'); process.exit() })";
      return `${nodeCommand(`${leave}; ${report}; ${FOREVER}`)} &\nwait`;
    });
    await stop();
    await gone;
    expect(await printed()).toBe('goodbye\n');
  });

  test('kills a process that ignores SIGTERM', async () => {
    const { stop, exited } = await runUntilReport(
      (report) => `exec ${nodeCommand(`process.on('SIGTERM', () => {}); ${report}; ${FOREVER}`)}`,
      40,
    );
    await stop();
    expect(await exited).toBe('ended by SIGKILL');
  });

  test('ends processes that the script left behind', async () => {
    const { stop, exited, gone } = await runUntilReport(
      (report) => `${nodeCommand(`${report}; ${FOREVER}`)} &`,
    );
    expect(await exited).toBe('exited with code 0');
    await stop();
    await gone;
  });

  test('does not wait for a process that left the group and keeps the output open', async () => {
    const post = await openListeningPost();
    const report = post.next();
    const file = join(await temporaryFolder(), 'escaped.cjs');
    await writeFile(file, `${post.report("'here'")}; setTimeout(() => process.exit(), 5000);`);
    const spawning = `spawn(process.execPath, ['${file}'], { detached: true, stdio: 'inherit' }).unref()`;
    const { stop } = await run(nodeCommand(`require('child_process').${spawning}`), 10);
    const { gone, dismiss } = await report;
    let isGone = false;
    const ended = gone.then(() => {
      isGone = true;
    });
    await stop();
    expect(isGone).toBe(false);
    dismiss();
    await ended;
  });

  test('ends a group only once', async () => {
    const { stop } = await run('exec sleep 60');
    const [first, second] = [stop(), stop()];
    expect(second).toBe(first);
    await first;
  });
});

test('a process that exits without stopping its groups leaves none behind', async () => {
  const post = await openListeningPost();
  // A process that outlives its reader notices that when it writes.
  const complain = `process.stdout.on('error', () => ${post.report("'left behind'")})`;
  const write = "setInterval(() => process.stdout.write('.'), 10)";
  const script = nodeCommand(`${post.report("'here'")}; ${complain}; ${write}`);
  const reported = post.next();
  const parent = parentOf({ script, logFile: join(await temporaryFolder(), 'script.log') });
  const { gone } = await reported;
  const survivor = post.next();
  parent.kill('SIGTERM');
  await once(parent, 'exit');
  expect(await Promise.race([gone.then(() => 'gone'), survivor.then(({ text }) => text)])).toBe('gone');
});

test('a process that is killed leaves no group behind, even one that ignores SIGTERM', async () => {
  const post = await openListeningPost();
  const deaf = "process.on('SIGTERM', () => {})";
  const script = nodeCommand(`${deaf}; ${post.report("'here'")}; ${FOREVER}`);
  const reported = post.next();
  const parent = parentOf({ script, logFile: join(await temporaryFolder(), 'script.log') });
  let isGone = false;
  void (await reported).gone.then(() => {
    isGone = true;
  });
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await until('the script to be gone', () => isGone);
});

/** A process that starts a group and ends at SIGTERM without stopping it. */
function parentOf(group: { script: string; logFile: string }) {
  const module = fileURLToPath(new URL('../../../../local/ec2/machines/child-group.ts', import.meta.url));
  const code = `
    const { startGroup } = await import(${JSON.stringify(module)});
    await startGroup(${JSON.stringify({ ...group, graceMs: 100, env: {} })});
    process.on('SIGTERM', () => process.exit());`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code]);
}
