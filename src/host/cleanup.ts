import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';

/** What has to be undone, newest first: at the end, or when a start fails half-way. */
export interface Cleanup {
  add(name: string, undo: () => unknown): void;
  /** Runs everything once, in reverse order; one failure does not keep the rest from running. */
  run(): Promise<void>;
}

export function createCleanup(log: Logger): Cleanup {
  let steps: { readonly name: string; readonly undo: () => unknown }[] = [];
  return {
    add(name, undo) {
      steps.push({ name, undo });
    },
    async run() {
      const todo = steps.reverse();
      steps = [];
      for (const { name, undo } of todo) {
        try {
          await undo();
        } catch (error) {
          log.error('cleanup.failed', { step: name, error: errorText(error) });
        }
      }
    },
  };
}
