import { vi } from 'vitest';
import { patienceMs } from './patience.ts';

/** Set-up of every test file: one second, the default of waits, is too short on a busy machine. */
const { waitFor, waitUntil } = vi;

const patient = <O extends { timeout?: number }>(options: number | O) => ({
  timeout: patienceMs,
  ...(typeof options === 'number' ? { timeout: options } : options),
});

vi.waitFor = (condition, options = {}) => waitFor(condition, patient(options));
vi.waitUntil = (condition, options = {}) => waitUntil(condition, patient(options));
