import { afterAll, vi } from 'vitest';

// Files share a process, so a clock that one of them leaves behind would break another one, in some orders only.
afterAll(() => {
  if (!vi.isFakeTimers() && vi.getMockedSystemTime() === null) return;
  vi.useRealTimers();
  throw new Error('this file leaves a false clock in force; call vi.useRealTimers() at the end of the test');
});
