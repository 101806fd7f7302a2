import { onTestFinished, vi } from 'vitest';

/** What is written to the standard output and error until the test is finished, line by line. */
export function consoleOutput(): { lines: () => string[] } {
  let text = '';
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  return { lines: () => text.split('\n').filter((line) => line !== '') };
}
