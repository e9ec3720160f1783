import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ApprovalTicket } from '#core/approvals/types.ts';
import { ensurePrivateDir, resolveStateDir } from '#host/store/state-dir.ts';
import { takeWindowPlace } from '#main/state/window-place.ts';
import { keepWindowPlace } from '#main/state/window-to-come.ts';
import { askOf } from '#support/approvals.ts';
import { startInProcess } from '#support/in-process-companion.ts';
import { tempDir } from '#support/temp-dir.ts';

it('what is asked before there is a window waits for it, instead of being nobody’s', async () => {
  const stateDir = resolveStateDir(tempDir(), {});
  ensurePrivateDir(stateDir.root);
  const seen: string[] = [];
  const start: { ticket?: ApprovalTicket; windowIsThere?: () => void } = {};
  const { companion } = await startInProcess({
    stateDir,
    beforeServing(desk) {
      if (existsSync(stateDir.execSocket)) seen.push('served before anybody has a place');
      start.windowIsThere = keepWindowPlace(desk);
      start.ticket = desk.ask(askOf(), new AbortController().signal);
    },
  });
  const window = takeWindowPlace({
    desk: companion.desk,
    changed: () => undefined,
    isAway: false,
    present: ({ id }) => void seen.push(id),
    clear: () => undefined,
  });
  start.windowIsThere?.();
  expect(seen).toEqual([start.ticket?.approval.id]);
  window.leave();
});
