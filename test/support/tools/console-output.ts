import { onTestFinished, vi } from 'vitest';

/** Records the lines of standard output and error until the end of the test. */
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
