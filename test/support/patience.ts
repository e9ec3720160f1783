import { vi } from 'vitest';

/**
 * Set-up of every test file. A wait for a condition ends when that is there; how long it may take
 * says nothing but how busy the machine is, so one second, the default, is too short.
 */
const patienceMs = 15_000;

const waitFor = vi.waitFor;
vi.waitFor = (condition, options = {}) =>
  waitFor(condition, {
    timeout: patienceMs,
    ...(typeof options === 'number' ? { timeout: options } : options),
  });
