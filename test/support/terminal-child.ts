import { writeFileSync } from 'node:fs';
import { createTerminalPresenter } from '#cli/terminal/terminal-presenter.ts';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import { askOf } from './approvals.ts';
import { createFakeLogger } from './fakes.ts';

/**
 * Runs in a pseudo terminal: says its pid, and at SIGUSR1 starts the presenter and asks one
 * question. The outcome goes to the file named on the command line.
 */
const [, , outcomeFile = ''] = process.argv;
const log = createFakeLogger();
const queue = createApprovalQueue({
  clock: systemClock,
  ids: systemIds,
  hasher: systemHasher,
  log,
});
const terminal = createTerminalPresenter({
  desk: queue,
  input: process.stdin,
  output: process.stderr,
  clock: systemClock,
  log,
  env: { NO_COLOR: '1' },
  interrupt: () => queue.close(),
});

// The test ends the terminal itself and wants to see what the program makes of it.
process.on('SIGHUP', () => undefined);
process.once('SIGUSR1', async () => {
  terminal.start();
  const ask = askOf({
    command: 'printf \u001B[2K\ntwo',
    offered: ['allow-once', 'allow-always', 'deny'],
  });
  const { outcome } = queue.ask(ask, new AbortController().signal);
  writeFileSync(outcomeFile, JSON.stringify(await outcome));
  terminal.close();
  clearTimeout(alive);
});
const alive = setTimeout(() => process.exit(1), 60_000);
process.stderr.write(`pid ${process.pid};`);
