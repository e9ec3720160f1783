import { once } from 'node:events';
import { chmodSync, chownSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import { pendingApprovalViewSchema } from '#protocol/control-socket.ts';
import { companionStatus, pendingApproval, startControlSocket } from '#support/control-socket.ts';
import { exchange } from '#support/raw-peer.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

/** Polls wait for a condition, not for a time: a busy machine may need long. */
const uid = process.geteuid?.() ?? -1;
const decide = {
  op: 'approvals.decide',
  id: 'a1',
  decision: 'allow-once',
  displayDigest: 'shown',
} as const;

describe('control.sock', () => {
  test('answers status', async () => {
    const { path } = await startControlSocket();
    const clock = createVirtualClock();
    expect(await callControl(path, { op: 'status' }, { clock })).toEqual(companionStatus);
    expect(clock.waiting).toBe(0);
  });

  test('lists and shows pending approvals in the shape of the protocol', async () => {
    const { path } = await startControlSocket();
    const list = pendingApprovalViewSchema
      .array()
      .parse(await callControl(path, { op: 'approvals.list' }));
    const { subject, ...facts } = pendingApproval;
    expect(list).toEqual([{ ...facts, ...subject }]);
    expect(await callControl(path, { op: 'approvals.show', id: 'a1' })).toEqual(list[0]);
  });

  test('hands a decision to the desk with the pid of who gave it', async () => {
    const { path, answers } = await startControlSocket();
    await callControl(path, { ...decide, note: 'fine' });
    expect(answers).toEqual([
      {
        id: 'a1',
        decision: 'allow-once',
        displayDigest: 'shown',
        note: 'fine',
        by: { surface: 'control-socket', who: `pid ${process.pid}` },
      },
    ]);
  });

  test('an id that is not pending is told apart', async () => {
    const { path } = await startControlSocket();
    await expect(callControl(path, { op: 'approvals.show', id: 'none' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'No approval none is pending',
      details: { answer: 'unknown' },
    });
  });

  test('passes the limits of an audit query on', async () => {
    const { path, queries } = await startControlSocket();
    expect(await callControl(path, { op: 'audit.query' })).toEqual([{ seq: 1, requestId: 'r' }]);
    await callControl(path, { op: 'audit.query', sinceMs: 5, limit: 7 });
    expect(queries).toEqual([{}, { sinceMs: 5, limit: 7 }]);
  });

  test('counts as a surface of the desk exactly while it is up', async () => {
    const { server, presenters } = await startControlSocket();
    expect([...presenters].map(({ surface, mode }) => [surface, mode])).toEqual([
      ['control-socket', 'all'],
    ]);
    await server.stop();
    expect(presenters.size).toBe(0);
  });

  test('a defect leaves as an id; the log has the detail', async () => {
    const { path, log } = await startControlSocket({
      status: () => {
        throw new Error('secret detail');
      },
    });
    await expect(callControl(path, { op: 'status' })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(/^Internal error [0-9a-f-]{36}$/),
    });
    expect(log.lines.some((line) => line.fields?.error === 'secret detail')).toBe(true);
  });

  test('a peer of another user is closed without a word', async () => {
    const { path } = await startControlSocket({ ownUid: uid + 1 });
    expect(await exchange(path, '{"op":"status"}\n')).toBe('');
  });

  test('anything but a known operation is a typed refusal, garbage a close', async () => {
    const { path, answers, log } = await startControlSocket();
    const refused = { ok: false, error: { code: 'INVALID_REQUEST' } };
    for (const line of [
      '{}',
      '[]',
      'null',
      '{"op":"nope"}',
      JSON.stringify({ ...decide, extra: 1 }),
    ]) {
      expect(JSON.parse(await exchange(path, `${line}\n`))).toMatchObject(refused);
    }
    expect(await exchange(path, '{nope\n')).toBe('');
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(JSON.parse(await exchange(path, `${JSON.stringify(value)}\n`))).toMatchObject(
          refused,
        );
      }),
      { numRuns: 100 },
    );
    expect(answers).toEqual([]);
    expect(log.lines.filter((line) => line.level === 'error')).toEqual([]);
  });
});

/** A server that says `answer` to whatever comes, or nothing. */
async function fakeCompanion(answer: string | null): Promise<string> {
  const path = join(tempDir(), 'control.sock');
  const server = createServer((socket) => {
    socket.on('data', () => (answer === null ? undefined : socket.end(answer)));
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
  }).listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return path;
}

describe('callControl', () => {
  test('is UNREACHABLE with a hint when there is no socket, or nobody listens on it', async () => {
    const missing = join(tempDir(), 'control.sock');
    const unreachable = { code: 'UNREACHABLE', hint: 'Start it: openclaw-companion --headless' };
    await expect(callControl(missing, { op: 'status' })).rejects.toMatchObject(unreachable);
    const { path, server } = await startControlSocket();
    const dead = join(tempDir(), 'dead.sock');
    const listener = createServer().listen(dead);
    await once(listener, 'listening');
    symlinkSync(dead, `${dead}.link`);
    await server.stop();
    await expect(callControl(path, { op: 'status' })).rejects.toMatchObject(unreachable);
    listener.close();
  });

  test('IP-06: sends nothing to a socket that is not ours, or is no socket', async () => {
    const { path } = await startControlSocket();
    if (uid === 0) chownSync(path, 65_534, 65_534);
    const options = uid === 0 ? {} : { ownUid: uid + 1 };
    await expect(callControl(path, { op: 'status' }, options)).rejects.toMatchObject({
      code: 'UNSAFE_PATH',
    });
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    symlinkSync(path, join(dir, 'link'));
    for (const name of ['file', 'link']) {
      await expect(callControl(join(dir, name), { op: 'status' })).rejects.toMatchObject({
        code: 'UNSAFE_PATH',
      });
    }
    chmodSync(path, 0o600);
  });

  test('gives up at its deadline', async () => {
    const path = await fakeCompanion(null);
    const clock = createVirtualClock();
    const call = callControl(path, { op: 'status' }, { clock });
    await expect.poll(() => clock.waiting).toBe(1);
    const settled = expect(call).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: `${path} did not answer within 5000 ms`,
    });
    clock.advance(5_000);
    await settled;
    expect(clock.waiting).toBe(0);
  });

  test.each(['garbage\n', '{"ok":1}\n', 'no newline', ''])(
    'is UNAVAILABLE for the answer %j',
    async (answer) => {
      const path = await fakeCompanion(answer);
      await expect(callControl(path, { op: 'status' })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
      });
    },
  );
});
