import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ExecResult } from '#core/exec/types.ts';
import { okResult, startExecSocket } from '#support/exec-socket.ts';
import {
  companionToken,
  type FakeConnection,
  mac,
  neverAborted,
  nodeOrigin,
  startFakeCompanion,
  testForwarder,
  unameRequest,
  type WireMessage,
} from '#support/fake-companion.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';
import { readTranscript } from '../../contract/transcripts.ts';

const payload = { exitCode: 0, timedOut: false, success: true, stdout: 'hi\n', stderr: '' };

const answer = ({ id }: WireMessage) => ({ type: 'exec-res', id, ok: true, payload });

/** FEB: hangs up on everything it does not know. */
const feb = (message: WireMessage, connection: FakeConnection): void => {
  if (message.type === 'exec') connection.send(answer(message));
  connection.socket.end();
};

const unreachable = (why: string, delivered: boolean) => ({
  ok: false,
  error: {
    code: 'UNAVAILABLE',
    message: `COMPANION_APP_UNAVAILABLE: companion exec host unreachable (${why}${delivered ? '; the command may have run' : ''})`,
    reason: 'companion-unavailable',
  },
  delivered,
});

const types = (received: readonly WireMessage[]) => received.map(({ type }) => type);

describe('D13: the companion proves itself first', () => {
  test('our own server gets the request with its budget, over one connection', async () => {
    const { path, executed } = await startExecSocket();
    const { forward } = testForwarder(path);
    const result = await forward(unameRequest, nodeOrigin, neverAborted);
    expect(result).toEqual({ ...okResult, delivered: true });
    expect(executed).toHaveLength(1);
    expect(executed[0]?.request).toEqual(unameRequest);
    expect(executed[0]?.origin.budgetMs).toBe(30_000);
    await forward(unameRequest, { ...nodeOrigin, budgetMs: null }, neverAborted);
    expect(executed[1]?.origin.budgetMs).toBe(null);
  });

  test('the server nonce is bound into the MAC of the exec line', async () => {
    const companion = await startFakeCompanion((message, connection) => {
      if (message.type === 'challenge') connection.prove(message);
      else connection.send(answer(message));
    });
    const { forward } = testForwarder(companion.path);
    await forward(unameRequest, nodeOrigin, neverAborted);
    const exec = companion.received[1];
    expect(exec).toMatchObject({ type: 'exec', serverNonce: 'server-nonce' });
    const text = `${exec?.nonce}:server-nonce:${exec?.ts}:${exec?.requestJson}`;
    expect(exec?.hmac).toBe(mac(companionToken, text));
  });

  test('a wrong proof gets nothing, neither here nor over an older dialect', async () => {
    const companion = await startFakeCompanion((message, connection) =>
      connection.prove(message, 'another token'),
    );
    const { forward } = testForwarder(companion.path);
    const result = await forward(unameRequest, nodeOrigin, neverAborted);
    expect(result).toEqual(unreachable('did not prove that it knows the token', false));
    expect(types(companion.received)).toEqual(['challenge']);
  });

  test.each([
    ['the id of another challenge', { id: 'other' }],
    ['no proof', { proof: undefined }],
    ['a nonce with a colon', { nonce: 'a:b' }],
  ])('an answer with %s gets nothing', async (_what, wrong) => {
    const companion = await startFakeCompanion((message, connection) => {
      const nonce = 'nonce' in wrong ? String(wrong.nonce) : 'n';
      const proof = mac(companionToken, `server:${message.nonce}:${nonce}`);
      connection.send({ type: 'challenge-res', id: message.id, nonce, proof, ...wrong });
      connection.socket.end();
    });
    const { forward } = testForwarder(companion.path);
    const result = await forward(unameRequest, nodeOrigin, neverAborted);
    expect(result).toMatchObject({ ok: false, delivered: false });
    expect(types(companion.received)).toEqual(['challenge']);
  });

  test('one that says something before it hangs up is no older companion', async () => {
    const companion = await startFakeCompanion(({ id }, connection) => {
      connection.send({ type: 'decision', id, decision: 'deny' });
      connection.socket.end();
    });
    const { forward } = testForwarder(companion.path);
    const result = await forward(unameRequest, nodeOrigin, neverAborted);
    expect(result).toMatchObject({ ok: false, delivered: false });
    expect(types(companion.received)).toEqual(['challenge']);
  });

  test('one that proved itself once is never spoken to in the older dialect again', async () => {
    let proves = true;
    const companion = await startFakeCompanion((message, connection) => {
      if (message.type === 'exec') connection.send(answer(message));
      else if (proves) connection.prove(message);
      else connection.socket.end();
    });
    const { forward } = testForwarder(companion.path);
    expect(await forward(unameRequest, nodeOrigin, neverAborted)).toMatchObject({ ok: true });
    proves = false;
    const result = await forward(unameRequest, nodeOrigin, neverAborted);
    expect(result).toEqual(unreachable('closed the connection', false));
    expect(types(companion.received)).toEqual(['challenge', 'exec', 'challenge']);
  });

  test('a companion that neither proves itself nor hangs up is given up after five seconds', async () => {
    const clock = createVirtualClock();
    const companion = await startFakeCompanion(() => clock.advance(5_000));
    const { forward } = testForwarder(companion.path, { clock });
    const result = await forward(unameRequest, nodeOrigin, neverAborted);
    expect(result).toEqual(unreachable('did not prove itself in time', false));
    expect(clock.waiting).toBe(0);
  });
});

describe('older companions', () => {
  test('one that hangs up on a challenge gets FEB’s line, and is remembered for ten minutes', async () => {
    const clock = createVirtualClock(Date.now());
    const companion = await startFakeCompanion(feb);
    const { forward } = testForwarder(companion.path, { clock });
    for (let i = 0; i < 2; i += 1) {
      expect(await forward(unameRequest, nodeOrigin, neverAborted)).toEqual({
        ok: true,
        payload,
        delivered: true,
      });
    }
    expect(types(companion.received)).toEqual(['challenge', 'exec', 'exec']);
    const exec = companion.received[1];
    expect(Object.keys(exec ?? {})).toEqual(['type', 'id', 'nonce', 'ts', 'hmac', 'requestJson']);
    expect(exec?.nonce).toMatch(/^[0-9a-f]{32}$/);
    expect(exec?.hmac).toBe(mac(companionToken, `${exec?.nonce}:${exec?.ts}:${exec?.requestJson}`));
    clock.advance(10 * 60_000);
    await forward(unameRequest, nodeOrigin, neverAborted);
    expect(types(companion.received).slice(3)).toEqual(['challenge', 'exec']);
  });

  test('a new socket is a new companion: it is asked to prove itself again', async () => {
    const old = await startFakeCompanion(feb);
    const { forward } = testForwarder(old.path);
    await forward(unameRequest, nodeOrigin, neverAborted);
    await old.stop();
    const companion = await startFakeCompanion((message, connection) => {
      if (message.type === 'challenge') connection.prove(message);
      else connection.send(answer(message));
    }, old.path);
    await forward(unameRequest, nodeOrigin, neverAborted);
    expect(types(companion.received)).toEqual(['challenge', 'exec']);
  });

  const outcomes: Readonly<Record<string, ExecResult | 'unreachable'>> = {
    'uds-ok': fromRecording('from fake app\n'),
    'uds-approved': fromRecording('from fake app\n'),
    'uds-noise': fromRecording('from fake app\n'),
    'uds-deny': {
      ok: false,
      error: {
        code: 'UNAVAILABLE',
        message: 'SYSTEM_RUN_DENIED: user denied',
        reason: 'user-denied',
      },
    },
    // FEB's node accepted the first and fell back to running it itself after the others.
    'uds-wrongid': 'unreachable',
    'uds-garbage': 'unreachable',
    'uds-hangup': 'unreachable',
  };

  test.each(Object.entries(outcomes))(
    '%s: as recorded from the real peer',
    async (name, expected) => {
      const lines = readTranscript(name);
      const recorded = lines.find(({ dir }) => dir === 'host2app');
      const answers = lines.filter(({ dir }) => dir === 'app2host');
      const companion = await startFakeCompanion((message, connection) => {
        for (const { line } of message.type === 'exec' ? answers : []) {
          connection.send(line?.replaceAll(String(recorded?.frame.id), message.id) ?? '');
        }
        connection.socket.end();
      });
      const { forward } = testForwarder(companion.path);
      const inner = JSON.parse(String(recorded?.frame.requestJson));
      const request = {
        ...unameRequest,
        argv: inner.command,
        rawCommand: inner.rawCommand,
        cwd: inner.cwd,
        env: inner.env ?? {},
        timeoutMs: inner.timeoutMs,
        agentId: inner.agentId,
        sessionKey: inner.sessionKey === 'node' ? null : inner.sessionKey,
        claimedDecision: inner.approvalDecision,
      };
      const result = await forward(request, nodeOrigin, neverAborted);
      if (expected === 'unreachable') {
        expect(result).toMatchObject({
          ok: false,
          delivered: true,
          error: { reason: 'companion-unavailable' },
        });
      } else {
        expect(result).toEqual({ ...expected, delivered: true });
      }
      const sent = JSON.parse(String(companion.received.at(-1)?.requestJson));
      expect(Object.keys(sent)).toEqual([...Object.keys(inner), 'budgetMs', 'runId']);
      const { needsScreenRecording, ...rest } = inner;
      expect(sent).toMatchObject(rest);
      expect(sent.needsScreenRecording).toBe(needsScreenRecording ?? false);
    },
  );
});

function fromRecording(stdout: string): ExecResult {
  return {
    ok: true,
    payload: { exitCode: 0, timedOut: false, success: true, stdout, stderr: '', error: null },
  };
}

describe('after the request was sent', () => {
  const proving =
    (onExec: (message: WireMessage, connection: FakeConnection) => void) =>
    (message: WireMessage, connection: FakeConnection): void => {
      if (message.type === 'challenge') connection.prove(message);
      else onExec(message, connection);
    };

  test('silence ends one second after the caller’s budget, not after twenty (uds-silent)', async () => {
    const clock = createVirtualClock();
    const companion = await startFakeCompanion(
      proving(() => {
        clock.advance(90_999);
        expect(companion.connections[0]?.socket.destroyed).toBe(false);
        clock.advance(1);
      }),
    );
    const { forward } = testForwarder(companion.path, { clock });
    const result = await forward(unameRequest, { ...nodeOrigin, budgetMs: 90_000 }, neverAborted);
    expect(result).toEqual(unreachable('did not answer in time', true));
    expect(clock.waiting).toBe(0);
  });

  test('a person may take longer than the proof', async () => {
    const clock = createVirtualClock();
    const companion = await startFakeCompanion(
      proving((message, connection) => {
        clock.advance(29_000);
        connection.send(answer(message));
      }),
    );
    const { forward } = testForwarder(companion.path, { clock });
    expect(await forward(unameRequest, nodeOrigin, neverAborted)).toMatchObject({ ok: true });
  });

  test('a caller that leaves while the socket is looked at sends nothing', async () => {
    const abort = new AbortController();
    const companion = await startFakeCompanion(feb);
    const { forward } = testForwarder(companion.path, {
      token() {
        // All of these run before the file system can answer.
        let turn = Promise.resolve();
        for (let i = 0; i < 50; i += 1) turn = turn.then(() => undefined);
        turn.then(() => abort.abort()).catch(() => undefined);
        return companionToken;
      },
    });
    const result = await forward(unameRequest, nodeOrigin, abort.signal);
    expect(result).toMatchObject({ ok: false, error: { reason: 'approval-cancelled' } });
    expect(companion.received).toEqual([]);
  });

  test('an abort closes the connection at once, which cancels the work at the server', async () => {
    const abort = new AbortController();
    const companion = await startFakeCompanion(proving(() => abort.abort()));
    const { forward } = testForwarder(companion.path);
    const result = await forward(unameRequest, nodeOrigin, abort.signal);
    expect(result).toMatchObject({ ok: false, error: { reason: 'approval-cancelled' } });
    await companion.connections[0]?.closed;
    expect(await forward(unameRequest, nodeOrigin, abort.signal)).toMatchObject({
      ok: false,
      delivered: false,
    });
    expect(companion.connections).toHaveLength(1);
  });

  test('a line of more than 16 MiB is not kept in memory', async () => {
    const companion = await startFakeCompanion(
      proving((_message, { socket }) => {
        socket.write('x'.repeat(17 * 1024 * 1024));
      }),
    );
    const { forward } = testForwarder(companion.path);
    const result = await forward(unameRequest, nodeOrigin, neverAborted);
    expect(result).toEqual(unreachable('sent a line of more than 16777216 bytes', true));
  });

  test.each([
    ['an exec-res of the wrong shape', { ok: 'yes' }, 'gave an answer that cannot be read'],
    ['a failure without an error', { ok: false }, 'gave an answer without a result'],
    ['the id of another request', { id: 'other', ok: true }, 'answered another request'],
  ])('%s is no result', async (_what, wrong, why) => {
    const companion = await startFakeCompanion(
      proving(({ id }, connection) => connection.send({ type: 'exec-res', id, payload, ...wrong })),
    );
    const { forward } = testForwarder(companion.path);
    const result = await forward(unameRequest, nodeOrigin, neverAborted);
    expect(result).toEqual(unreachable(why, true));
  });

  test('an error of the companion arrives with its reason', async () => {
    const companion = await startFakeCompanion(
      proving(({ id }, connection) => {
        const error = { code: 'INVALID_REQUEST', message: 'command required', reason: 'invalid' };
        connection.send({ type: 'exec-res', id, ok: false, error });
      }),
    );
    const { forward } = testForwarder(companion.path);
    expect(await forward(unameRequest, nodeOrigin, neverAborted)).toEqual({
      ok: false,
      error: { code: 'INVALID_REQUEST', message: 'command required', reason: 'invalid' },
      delivered: true,
    });
  });
});

describe('IP-06: before anything is sent', () => {
  test('a socket of another user is refused', async () => {
    const companion = await startFakeCompanion(feb);
    const root = process.getuid?.() === 0;
    // Only root can give a socket away; anyone else takes another uid for their own.
    if (root) chownSync(companion.path, 4711, 4711);
    const { forward } = testForwarder(companion.path, root ? {} : { ownUid: 4711 });
    const result = await forward(unameRequest, nodeOrigin, neverAborted);
    expect(result).toEqual(unreachable(`${companion.path} belongs to another user`, false));
    expect(companion.connections).toHaveLength(0);
  });

  test('a symlink, a file, a missing path and a shared folder are refused', async () => {
    const companion = await startFakeCompanion(feb);
    const folder = tempDir();
    const link = join(folder, 'link.sock');
    symlinkSync(companion.path, link);
    const file = join(folder, 'file.sock');
    writeFileSync(file, '');
    const shared = join(folder, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    const open = await startFakeCompanion(feb, join(shared, 's.sock'));
    const expected = [
      [link, 'is a symbolic link'],
      [file, 'is not a socket'],
      [join(folder, 'none.sock'), 'does not exist'],
      [open.path, 'is in a folder where other users can replace it'],
    ] as const;
    for (const [path, why] of expected) {
      const { forward } = testForwarder(path);
      const result = await forward(unameRequest, nodeOrigin, neverAborted);
      expect(result).toEqual(unreachable(`${path} ${why}`, false));
    }
    expect(companion.connections).toHaveLength(0);
    expect(open.connections).toHaveLength(0);
  });

  test('a socket nobody listens on, a blank token and an oversized request send nothing', async () => {
    const companion = await startFakeCompanion(feb);
    for (const token of [() => ' ', () => Promise.reject(new Error('unreadable'))]) {
      const { forward } = testForwarder(companion.path, { token });
      const result = await forward(unameRequest, nodeOrigin, neverAborted);
      expect(result).toEqual(unreachable('no socket token is known', false));
    }
    const { forward } = testForwarder(companion.path);
    const large = { ...unameRequest, argv: ['echo', 'x'.repeat(256_000)] as const };
    expect(await forward(large, nodeOrigin, neverAborted)).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST' },
      delivered: false,
    });
    expect(companion.connections).toHaveLength(0);
  });

  test('the token and the command never reach the log (S30)', async () => {
    const companion = await startFakeCompanion((_message, { socket }) => socket.destroy());
    const { forward, log } = testForwarder(companion.path);
    await forward(unameRequest, nodeOrigin, neverAborted);
    const text = JSON.stringify(log.lines);
    expect(text).toContain('exec-forward.failed');
    expect(text).not.toContain(companionToken);
    expect(text).not.toContain('uname');
  });
});
