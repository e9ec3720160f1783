import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { createTerminalPresenter } from '#cli/terminal/terminal-presenter.ts';
import { queueBench } from './approvals.ts';

export interface FakeTerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly inputIsTty?: boolean;
  readonly outputIsTty?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The queue, a terminal whose keys a test presses, and all that was printed on it. */
export function terminalBench(options: FakeTerminalOptions = {}) {
  const bench = queueBench();
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough({ autoDestroy: false }), {
    isTTY: options.inputIsTty ?? true,
    setRawMode: (on: boolean) => modes.push(on),
  });
  const printed: string[] = [];
  const output = Object.assign(new PassThrough(), {
    isTTY: options.outputIsTty ?? true,
    columns: options.columns ?? 80,
    rows: options.rows ?? 24,
  });
  output.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  let interrupts = 0;
  const terminal = createTerminalPresenter({
    desk: bench.queue,
    input,
    output,
    clock: bench.clock,
    log: bench.log,
    env: options.env ?? {},
    who: 'user',
    interrupt: () => {
      interrupts += 1;
    },
  });
  onTestFinished(() => terminal.close());
  return {
    ...bench,
    terminal,
    input,
    output,
    modes,
    get interrupts() {
      return interrupts;
    },
    /** Keys as they arrive; a stream hands them over in a later turn. */
    async press(keys: string) {
      input.write(keys);
      await new Promise(setImmediate);
    },
    /** Lets the arming time pass. */
    arm: () => bench.clock.advance(820),
    /** All that was printed so far. */
    screen: () => printed.join(''),
  };
}
