import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { aborted, execLine, execToken, okResult, startExecSocket } from '#support/exec-socket.ts';
import { exchange, type RawPeer, rawPeer } from '#support/raw-peer.ts';

/** Polls wait for a condition, not for a time: a busy machine may need long. */
const challengeLine = '{"type":"challenge","id":"c","nonce":"aaaaaaaaaaaaaaaa"}\n';
const promptLine = `{"type":"request","token":"${execToken}","id":"p","request":{"command":"ls"}}\n`;

async function challenged(peer: RawPeer): Promise<string> {
  peer.send(challengeLine);
  return (JSON.parse(await peer.line()) as { nonce: string }).nonce;
}

function sendLast(peer: RawPeer, text: string): void {
  peer.send(text);
  peer.end();
}

const steps: [string, (peer: RawPeer) => unknown][] = [
  ['right after connect', () => undefined],
  ['in the middle of a line', (peer) => peer.send(execLine().slice(0, 100))],
  ['after a whole line', (peer) => peer.send(execLine())],
  ['after a line and a half-close', (peer) => sendLast(peer, execLine())],
  ['after a line without newline and a half-close', (peer) => sendLast(peer, execLine().trimEnd())],
  ['after a half-close without a line', (peer) => peer.end()],
  ['after garbage', (peer) => peer.send('garbage\n')],
  ['with a challenge sent', (peer) => peer.send(challengeLine)],
  ['with a challenge answered', challenged],
  [
    'in the middle of the exec after a challenge',
    async (peer) => peer.send(execLine({ serverNonce: await challenged(peer) }).slice(0, 100)),
  ],
  [
    'after the exec after a challenge',
    async (peer) => peer.send(execLine({ serverNonce: await challenged(peer) })),
  ],
  ['with a prompt open', (peer) => peer.send(promptLine)],
  ['with a refused exec', (peer) => peer.send(execLine({ token: 'wrong' }))],
];

test.each(steps)('100 peers that leave %s leave nothing behind', async (_name, reach) => {
  const { path, executed, prompted, log } = await startExecSocket({
    execute: ({ signal, request }) =>
      request.cwd === '/answer' ? Promise.resolve(okResult) : aborted(signal).then(() => okResult),
    prompt: (_request, signal) => aborted(signal).then(() => null),
  });
  const probe = () => exchange(path, execLine({ request: { command: ['ls'], cwd: '/answer' } }));
  await probe();
  const descriptors = () => readdirSync('/dev/fd').length;
  const before = descriptors();
  for (let round = 0; round < 100; round += 1) {
    const peer = await rawPeer(path);
    await reach(peer);
    // Every other one leaves before its bytes have been looked at, the rest a turn later.
    if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
    peer.destroy();
  }
  expect(JSON.parse(await probe())).toMatchObject({ ok: true });
  await expect.poll(descriptors).toBeLessThanOrEqual(before);
  const work = [...executed, ...prompted].filter(
    (call) => !('origin' in call && call.request.cwd === '/answer'),
  );
  expect(work.filter(({ signal }) => !signal.aborted)).toEqual([]);
  expect(log.lines.filter((line) => line.level === 'error')).toEqual([]);
});

test('100 peers that leave while a large answer is on its way leave nothing behind', async () => {
  const stdout = 'x'.repeat(2_000_000);
  const { path, log } = await startExecSocket({
    execute: () =>
      Promise.resolve({
        ok: true,
        payload: { timedOut: false, success: true, stdout, stderr: '' },
      }),
  });
  const descriptors = () => readdirSync('/dev/fd').length;
  const before = descriptors();
  for (let round = 0; round < 100; round += 1) {
    const peer = await rawPeer(path);
    const first = new Promise((resolve) => peer.socket.once('data', resolve));
    peer.send(execLine());
    await first;
    peer.destroy();
  }
  await expect.poll(descriptors).toBeLessThanOrEqual(before);
  expect((await exchange(path, execLine())).length).toBeGreaterThan(2_000_000);
  expect(log.lines.filter((line) => line.level === 'error')).toEqual([]);
});
