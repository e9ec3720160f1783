import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { execLine, execToken, startExecSocket } from '#support/exec-socket.ts';
import { exchange, type RawPeer, rawPeer } from '#support/raw-peer.ts';

const clientNonce = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const challengeLine = `{"type":"challenge","id":"c1","nonce":"${clientNonce}"}\n`;
const invalidAuth = { ok: false, error: { message: 'invalid auth', reason: 'hmac' } };

interface ChallengeAnswer {
  readonly type: string;
  readonly id: string;
  readonly nonce: string;
  readonly proof: string;
}

async function challenge(peer: RawPeer): Promise<ChallengeAnswer> {
  peer.send(challengeLine);
  return JSON.parse(await peer.line()) as ChallengeAnswer;
}

describe('D13: challenge, then exec on the same connection', () => {
  test('the server proves that it knows the token', async () => {
    const { path } = await startExecSocket();
    const answer = await challenge(await rawPeer(path));
    const proof = createHmac('sha256', execToken)
      .update(`server:${clientNonce}:${answer.nonce}`)
      .digest('hex');
    expect(answer).toEqual({ type: 'challenge-res', id: 'c1', nonce: answer.nonce, proof });
    expect(answer.nonce).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });

  test('an exec bound to the server nonce runs, with its own budget', async () => {
    const { path, executed } = await startExecSocket();
    for (const budgetMs of [90_000, 0, undefined]) {
      const peer = await rawPeer(path);
      const { nonce: serverNonce } = await challenge(peer);
      peer.send(execLine({ id: 'x1', serverNonce, request: { command: ['ls'], budgetMs } }));
      expect(JSON.parse(await peer.line())).toMatchObject({ type: 'exec-res', id: 'x1', ok: true });
      await peer.closed;
    }
    expect(executed.map((call) => call.origin.budgetMs)).toEqual([90_000, null, null]);
  });

  test('a half-close after the exec line keeps the answer', async () => {
    const { path } = await startExecSocket();
    const peer = await rawPeer(path);
    const { nonce: serverNonce } = await challenge(peer);
    peer.send(execLine({ serverNonce }));
    peer.end();
    expect(JSON.parse(await peer.line())).toMatchObject({ ok: true });
  });

  test('every connection gets another server nonce', async () => {
    const { path } = await startExecSocket();
    const nonces = await Promise.all(
      Array.from({ length: 20 }, async () => (await challenge(await rawPeer(path))).nonce),
    );
    expect(new Set(nonces).size).toBe(20);
  });

  test('an exec replayed on another connection, with the old server nonce, is refused (S12)', async () => {
    const { path, executed } = await startExecSocket();
    const first = await rawPeer(path);
    const { nonce: serverNonce } = await challenge(first);
    const line = execLine({ serverNonce });
    first.send(line);
    await first.closed;
    expect(executed).toHaveLength(1);

    const second = await rawPeer(path);
    await challenge(second);
    second.send(line);
    expect(JSON.parse(await second.line())).toMatchObject(invalidAuth);
    expect(JSON.parse(await exchange(path, line))).toMatchObject(invalidAuth);
    expect(executed).toHaveLength(1);
  });

  test('a challenged exec cannot be replayed as a one-shot exec by gluing the nonces (S12)', async () => {
    const { path, executed } = await startExecSocket();
    const peer = await rawPeer(path);
    const { nonce: serverNonce } = await challenge(peer);
    const captured = JSON.parse(execLine({ serverNonce })) as Record<string, unknown>;
    peer.destroy();
    const { serverNonce: _dropped, ...rest } = captured;
    const glued = { ...rest, nonce: `${String(captured.nonce)}:${serverNonce}` };
    expect(JSON.parse(await exchange(path, `${JSON.stringify(glued)}\n`))).toMatchObject(
      invalidAuth,
    );
    expect(executed).toEqual([]);
  });

  test('after a challenge a one-shot exec is no longer accepted', async () => {
    const { path, executed } = await startExecSocket();
    const peer = await rawPeer(path);
    await challenge(peer);
    peer.send(execLine());
    expect(JSON.parse(await peer.line())).toMatchObject(invalidAuth);
    expect(executed).toEqual([]);
  });

  test('a server nonce without a challenge is refused', async () => {
    const { path, executed } = await startExecSocket();
    const text = await exchange(path, execLine({ serverNonce: 'made-up' }));
    expect(JSON.parse(text)).toMatchObject(invalidAuth);
    expect(executed).toEqual([]);
  });

  test('a server nonce that is not signed is refused, and so is one that is only signed', async () => {
    const { path, executed } = await startExecSocket();
    const plain = JSON.parse(execLine()) as object;
    const text = await exchange(path, `${JSON.stringify({ ...plain, serverNonce: 'x' })}\n`);
    expect(JSON.parse(text)).toMatchObject(invalidAuth);
    const peer = await rawPeer(path);
    const { nonce: serverNonce } = await challenge(peer);
    const { serverNonce: _dropped, ...rest } = JSON.parse(execLine({ serverNonce }));
    peer.send(`${JSON.stringify(rest)}\n`);
    expect(JSON.parse(await peer.line())).toMatchObject(invalidAuth);
    expect(executed).toEqual([]);
  });

  test.each([
    ['a second challenge', challengeLine],
    [
      'a request',
      `{"type":"request","token":"${execToken}","id":"p","request":{"command":"ls"}}\n`,
    ],
    ['garbage', 'garbage\n'],
  ])('closes on %s after a challenge', async (_name, line) => {
    const { path, prompted } = await startExecSocket();
    const peer = await rawPeer(path);
    await challenge(peer);
    peer.send(line);
    expect((await peer.closed).split('\n')).toHaveLength(2);
    expect(prompted).toEqual([]);
  });

  test('a pipelined exec that cannot know the server nonce is not run', async () => {
    const { path, executed } = await startExecSocket();
    const peer = await rawPeer(path);
    peer.send(challengeLine + execLine());
    peer.end();
    await peer.closed;
    expect(executed).toEqual([]);
  });

  test('the proof cannot be used as the MAC of an exec', async () => {
    const { path, executed } = await startExecSocket();
    const peer = await rawPeer(path);
    const { nonce, proof } = await challenge(peer);
    const forged = { type: 'exec', id: 'x', nonce: 'server', hmac: proof };
    for (const rest of [
      { ts: Date.now(), requestJson: nonce },
      { ts: Date.now(), requestJson: `${clientNonce}:${nonce}` },
    ]) {
      const text = await exchange(path, `${JSON.stringify({ ...forged, ...rest })}\n`);
      expect(JSON.parse(text)).toMatchObject(invalidAuth);
    }
    expect(executed).toEqual([]);
  });
});
