import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { Scenarios } from '#support/desktop.ts';
import { ask } from './deceptions.ts';

/** The newest row, read beside the companion. */
function lastDecision(stateDir: string): unknown {
  const database = new DatabaseSync(join(stateDir, 'audit.sqlite'), { readOnly: true });
  try {
    return database.prepare('SELECT * FROM decisions ORDER BY seq DESC LIMIT 1').get();
  } finally {
    database.close();
  }
}

/** Needs a desktop of its own: none is left afterwards. */
export const quitting: Scenarios = {
  async 'quit while it asks: nothing runs, the caller hears that the prompt closed, and the audit says cancelled'(
    desktop,
  ) {
    const { ran, caller, shown } = await ask(desktop, 'quit');
    await shown();
    expect(await desktop.quit()).toBe(0);
    expect(await caller.exited).toBe(126);
    expect(caller.stderr()).toBe('SYSTEM_RUN_DENIED: approval prompt closed without decision\n');
    expect(existsSync(ran)).toBe(false);
    expect(lastDecision(desktop.stateDir)).toMatchObject({
      outcome: 'cancelled',
      decidedBy: 'cancel',
      reason: 'shutdown',
      exitCode: null,
    });
    const { execSocket, controlSocket } = desktop.ready;
    expect([existsSync(execSocket), existsSync(controlSocket)]).toEqual([false, false]);
  },
};
