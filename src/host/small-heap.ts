import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation at its first size. Starting a command copies the page tables of our
 * whole private memory, so every unused megabyte makes every command slower (`npm run bench`,
 * whole chain). Call it once, before anything else allocates.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
