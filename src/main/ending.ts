import type { App } from 'electron';
import { errorText } from '#core/errors.ts';
import type { Clock, Logger } from '#core/ports.ts';
import type { Cleanup } from '#host/cleanup.ts';

export interface EndingDeps {
  readonly app: Pick<App, 'on' | 'exit' | 'quit'>;
  readonly process: Pick<NodeJS.Process, 'on'>;
  readonly clock: Clock;
  /** Opened only when there is something to say. */
  readonly log: () => Logger;
}

/** How the app ends once it was told to; see {@link endInOrder}. */
export interface Ending {
  /** What has to be undone first, however the app ends. */
  undo(run: () => Promise<void>): void;
}

/** For closing prompts, killing commands and telling everybody. */
const stopLimitMs = 2_800;

/**
 * Quit, a signal, or an error that nobody caught: what was started is undone in time, then the app
 * ends. launchd starts it again after every end but 0 (cli-and-ops §6.3), so a quit is always 0,
 * whatever fails on the way; after a defect a fresh start is better than a half-dead process.
 */
export function endInOrder({ app, process, clock, log }: EndingDeps): Ending {
  let undo = async (): Promise<void> => undefined;
  let code: 0 | 1 | null = null;
  const end = async (because: 0 | 1): Promise<void> => {
    const isEnding = code !== null;
    // Whoever asks to quit while a defect ends us wants no new start.
    code = code === 0 ? 0 : because;
    if (isEnding) return;
    const exit = (): void => app.exit(code ?? because);
    const cancel = clock.schedule(stopLimitMs, () => {
      log().error('desktop.stop.late', { limitMs: stopLimitMs });
      exit();
    });
    try {
      await undo();
    } catch (error) {
      log().error('desktop.stop.failed', { error: errorText(error) });
    }
    cancel();
    exit();
  };
  const fault = (event: string) => (error: unknown) => {
    log().error(event, {
      error: errorText(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    void end(1);
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    void end(0);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
  process.on('uncaughtException', fault('desktop.uncaught'));
  process.on('unhandledRejection', fault('desktop.unhandled'));
  return {
    undo(run) {
      undo = run;
    },
  };
}

/** What started is undone when a later step fails, and when the app ends, also in the middle. */
export async function startUndoable(
  ending: Ending,
  cleanup: Cleanup,
  start: () => Promise<void>,
): Promise<void> {
  const started = start().catch(async (error: unknown) => {
    await cleanup.run();
    throw error;
  });
  // Commands may run while the start still waits for the Gateway; what stops them comes at its end.
  ending.undo(async () => {
    await Promise.allSettled([started]);
    await cleanup.run();
  });
  await started;
}
