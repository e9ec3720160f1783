import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openAuditLog } from '#host/audit/audit-log.ts';
import { createHistory } from '#host/audit/history.ts';
import { auditEntry } from '#support/audit.ts';
import { fillAudit } from '#support/audit-history.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { tempDir } from '#support/temp-dir.ts';

/** Of this thread, in ms: other programs on the machine do not count. */
const worked = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

it.each([
  ['one letter over and over', `${'a'.repeat(400)}b`],
  ['letters of two cases', `${'Aa'.repeat(200)}b`],
  ['other letters', `${'é'.repeat(400)}b`],
])('S26: commands of full length that repeat hold nobody up who looks for %s', async (_, text) => {
  const path = join(tempDir(), 'state', 'audit.sqlite');
  const commandText = text.charAt(0).repeat(65_000);
  fillAudit(path, 256, () => auditEntry({ outcome: 'allowed', commandText }));
  const audit = openAuditLog({ path, log: createFakeLogger() });
  onTestFinished(() => audit.close());
  let longest = 0;
  const read: typeof audit.read = (use) => {
    const began = worked();
    try {
      return audit.read(use);
    } finally {
      longest = Math.max(longest, worked() - began);
    }
  };
  const history = createHistory({ audit: { read }, now: () => 0 });
  const found = await history.search({ filter: { text }, before: null, limit: 10 });
  expect(found.rows).toEqual([]);
  expect((await history.summary({ text })).total).toBe(0);
  // Milliseconds; what grows with the square of the length would take seconds.
  expect(longest).toBeLessThan(500);
});
