import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ExecResult } from '#core/exec/types.ts';
import { socketMac } from '#host/sockets/exec-auth.ts';
import { offeredDecisions } from '#host/sockets/offered-decisions.ts';
import { guardSocketPath, socketPathLimit } from '#host/sockets/path-guard.ts';
import { execResponseSchema, promptRequestSchema } from '#protocol/exec-socket.ts';
import { execLine, execToken, startExecSocket } from '#support/exec-socket.ts';
import { exchange, rawPeer } from '#support/raw-peer.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';
import vectors from '../vectors/exec-ipc.json' with { type: 'json' };
import { readTranscript, transcriptNames } from './transcripts.ts';

const all = z
  .array(z.object({ id: z.string(), group: z.string(), input: z.unknown(), expected: z.unknown() }))
  .parse(vectors.vectors);
const group = (name: string) => all.filter((vector) => vector.group === name);

describe('auth vectors, answered by our server', () => {
  const macs = z.object({
    token: z.string(),
    nonce: z.string(),
    ts: z.int(),
    requestJson: z.string(),
  });
  const envelopes = z.object({ nowMs: z.int(), envelope: z.looseObject({ id: z.string() }) });
  const answers = z.object({
    response: z.unknown().optional(),
    authenticated: z.boolean().optional(),
  });

  test.each(group('auth'))('$id', async ({ input, expected }) => {
    const mac = macs.safeParse(input);
    if (mac.success) {
      const { token, nonce, ts, requestJson } = mac.data;
      expect(expected).toEqual({ hmacHex: socketMac(token, `${nonce}:${ts}:${requestJson}`) });
      return;
    }
    const { nowMs, envelope } = envelopes.parse(input);
    const { path, executed } = await startExecSocket({ clock: createVirtualClock(nowMs) });
    const answer: unknown = JSON.parse(await exchange(path, `${JSON.stringify(envelope)}\n`));
    const { response, authenticated = false } = answers.parse(expected);
    if (response !== undefined) expect(answer).toEqual(response);
    expect(executed).toHaveLength(authenticated ? 1 : 0);
  });
});

describe('framing vectors, answered by our server', () => {
  const inputs = z.object({ line: z.string().optional(), bytes: z.string().optional() });
  const expectations = z.object({
    reply: z.unknown().optional(),
    bytesWritten: z.literal(0).optional(),
  });

  test.each(group('framing').filter(({ id }) => id !== 'wire-second-line-ignored'))(
    '$id',
    async ({ input, expected }) => {
      const { path } = await startExecSocket();
      const { line, bytes } = inputs.parse(input);
      const peer = await rawPeer(path);
      peer.send(bytes ?? `${line}\n`);
      if (bytes !== undefined) peer.end();
      const text = await peer.closed;
      const { reply, bytesWritten } = expectations.parse(expected);
      if (bytesWritten === 0) expect(text).toBe('');
      else expect(JSON.parse(text)).toEqual(reply);
    },
  );

  test('wire-second-line-ignored', async () => {
    const { path, executed } = await startExecSocket();
    expect((await exchange(path, execLine() + execLine())).split('\n')).toHaveLength(2);
    expect(executed).toHaveLength(1);
  });
});

describe('socket-path vectors', () => {
  const uid = process.geteuid?.() ?? -1;
  const guard = (path: string, asUid = uid) =>
    guardSocketPath(path, { uid: asUid, platform: 'linux' });

  const proofs: Record<string, () => void | Promise<void>> = {
    'path-parent-created': () => {
      const path = join(tempDir(), 'missing', 's.sock');
      guard(path);
      expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    },
    'path-socket-is-symlink': async () => {
      const dir = tempDir();
      symlinkSync('target', join(dir, 'exec-approvals.sock'));
      await expect(startExecSocket({ dir })).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
      expect(existsSync(join(dir, 'target'))).toBe(false);
    },
    'path-socket-stale': async () => {
      const dir = tempDir();
      const first = await startExecSocket({ dir });
      const before = statSync(first.path).ino;
      renameSync(first.path, `${first.path}.kept`);
      await first.server.stop();
      renameSync(`${first.path}.kept`, first.path);
      const second = await startExecSocket({ dir });
      expect(statSync(second.path).ino).not.toBe(before);
      expect(JSON.parse(await exchange(second.path, execLine()))).toMatchObject({ ok: true });
    },
    'path-parent-secure-symlink': () => {
      const dir = tempDir();
      mkdirSync(join(dir, 'real'), { mode: 0o700 });
      symlinkSync('real', join(dir, 'link'));
      expect(guard(join(dir, 'link/s.sock')).parent).toBe(join(dir, 'real'));
    },
    'path-ancestor-sticky': () => {
      const dir = tempDir();
      mkdirSync(join(dir, 'shared/own'), { recursive: true, mode: 0o700 });
      chmodSync(join(dir, 'shared'), 0o1777);
      expect(guard(join(dir, 'shared/own/s.sock')).parent).toBe(join(dir, 'shared/own'));
    },
    'path-ancestor-other-owner': () => {
      const dir = tempDir();
      mkdirSync(join(dir, 'theirs/own'), { recursive: true, mode: 0o755 });
      if (uid === 0) chownSync(join(dir, 'theirs'), 65_534, 65_534);
      const asUid = uid === 0 ? uid : uid + 1;
      expect(() => guard(join(dir, 'theirs/own/s.sock'), asUid)).toThrow(/another user/);
    },
    'path-dotdot': () => expect(() => guard('/a/../b/exec.sock')).toThrow(/".."/),
    'path-too-long-macos': () => expect(socketPathLimit('darwin')).toBe(103),
  };

  test.each(group('socket-path'))('$id', async ({ id }) => {
    const proof = proofs[id];
    expect(proof).toBeDefined();
    await proof?.();
  });
});

describe('prompt-buttons vectors of NEW, which is what we follow', () => {
  const newOnes = group('prompt-buttons').filter(({ id }) => id !== 'buttons-feb');

  test.each(newOnes)('$id', ({ input, expected }) => {
    const request = { command: 'ls', ...(input as object) };
    const message = promptRequestSchema.parse({ type: 'request', token: 't', id: 'i', request });
    expect(offeredDecisions(message)).toEqual(expected);
  });
});

describe('what the real node host sent, sent to our server', () => {
  const inner = z.object({ id: z.string(), requestJson: z.string() });
  const names = transcriptNames.filter((name) => name.startsWith('uds-'));

  test.each(names)('%s gets the recorded answer, without its nulls', async (name) => {
    const records = readTranscript(name);
    const { id, requestJson } = inner.parse(records.find(({ dir }) => dir === 'host2app')?.frame);
    const recorded = records
      .filter(({ dir }) => dir === 'app2host')
      .map(({ frame }) => execResponseSchema.safeParse(frame))
      .find(({ success, data }) => success && data.id === id && (data.payload || data.error))?.data;
    const { path, executed } = await startExecSocket({
      execute: () => Promise.resolve(asResult(recorded)),
    });
    const text = await exchange(path, execLine({ id, requestJson, token: execToken }));
    expect(text).not.toContain('null');
    const { command } = JSON.parse(requestJson) as { command: string[] };
    expect(executed[0]?.request.argv).toEqual(command);
    if (recorded) expect(JSON.parse(text)).toEqual(withoutNulls(recorded));
  });

  test('there are recordings of an allowed and of a denied run', () => {
    expect(names).toContain('uds-ok');
    expect(names).toContain('uds-deny');
  });
});

function asResult(recorded: z.infer<typeof execResponseSchema> | undefined): ExecResult {
  if (recorded?.payload) return { ok: true, payload: recorded.payload };
  const { message = 'none', reason = 'none' } = recorded?.error ?? {};
  return { ok: false, error: { code: 'UNAVAILABLE', message, reason: reason ?? 'none' } };
}

function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, item: unknown) => item ?? undefined));
}
