import { expect, test } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import { startControlSocket } from '#support/control-socket.ts';
import { exchange } from '#support/raw-peer.ts';

const decide = { op: 'approvals.decide', id: 'a1', decision: 'allow-once' } as const;

test('S24: a decision without the digest of what was shown reaches nobody', async () => {
  const { path, answers } = await startControlSocket();
  const text = await exchange(path, `${JSON.stringify(decide)}\n`);
  expect(JSON.parse(text)).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
  expect(answers).toEqual([]);
});

test.each([
  ['unknown', 'No approval a1 is pending'],
  ['stale', 'Approval a1 no longer shows the text that was answered'],
  ['not-offered', 'Approval a1 does not offer that answer'],
] as const)('S24: the desk’s %s comes back as a refusal that says so', async (answer, message) => {
  const { path, answers } = await startControlSocket({ answer });
  const call = callControl(path, { ...decide, displayDigest: 'old' });
  await expect(call).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message,
    details: { answer },
  });
  expect(answers[0]?.displayDigest).toBe('old');
});
