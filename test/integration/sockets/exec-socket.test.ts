import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ExecResult } from '#core/exec/types.ts';
import {
  type ExecLineOptions,
  execLine,
  execToken,
  okResult,
  startExecSocket,
} from '#support/exec-socket.ts';
import { exchange, rawPeer } from '#support/raw-peer.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

/** Polls wait for a condition, not for a time: a busy machine may need long. */
const promptLine = (fields: Record<string, unknown> = {}) =>
  `${JSON.stringify({ type: 'request', token: execToken, id: 'p1', request: { command: 'ls' }, ...fields })}\n`;

const refused = (message: string, reason: string, code = 'INVALID_REQUEST') => ({
  type: 'exec-res',
  id: 'x1',
  ok: false,
  error: { code, message, reason },
});

test('answers a signed exec with exec-res and closes', async () => {
  const { path, executed } = await startExecSocket();
  const text = await exchange(path, execLine({ id: 'x1' }));
  expect(text.endsWith('}\n')).toBe(true);
  expect(JSON.parse(text)).toEqual({ type: 'exec-res', id: 'x1', ...okResult });
  expect(executed).toHaveLength(1);
});

test('hands over nulls, blanks, zero limits and session "node" as absent, and argv unmodified', async () => {
  const { path, executed } = await startExecSocket();
  const nulls = {
    rawCommand: null,
    cwd: null,
    env: null,
    timeoutMs: null,
    needsScreenRecording: null,
    agentId: null,
    sessionKey: 'node',
    approvalDecision: null,
  };
  await exchange(path, execLine({ request: { command: ['ls', ' -l ', ''], ...nulls } }));
  await exchange(
    path,
    execLine({ request: { command: ['ls'], timeoutMs: 0, cwd: ' ', agentId: ' a ' } }),
  );
  await exchange(
    path,
    execLine({
      request: { command: ['ls'], timeoutMs: 5, env: { A: 'b' }, approvalDecision: 'deny' },
    }),
  );
  const absent = {
    rawCommand: null,
    cwd: null,
    env: {},
    timeoutMs: null,
    needsScreenRecording: false,
    agentId: null,
    sessionKey: null,
    runId: null,
    claimedDecision: null,
  };
  expect(executed.map((call) => call.request)).toEqual([
    { ...absent, argv: ['ls', ' -l ', ''] },
    { ...absent, argv: ['ls'], agentId: 'a' },
    { ...absent, argv: ['ls'], timeoutMs: 5, env: { A: 'b' }, claimedDecision: 'deny' },
  ]);
});

test('gives FEB peers 15 s whatever they claim (D15)', async () => {
  const { path, executed } = await startExecSocket();
  await exchange(path, execLine({ request: { command: ['ls'], budgetMs: 900_000 } }));
  expect(executed[0]?.origin).toEqual({
    transport: 'exec-socket',
    nodeId: null,
    nodeName: null,
    budgetMs: 15_000,
  });
});

const withoutNulls: ExecResult = {
  ok: true,
  payload: { exitCode: null, timedOut: true, success: false, stdout: '', stderr: '', error: null },
};

test('leaves absent values out of exec-res', async () => {
  const { path } = await startExecSocket({ execute: () => Promise.resolve(withoutNulls) });
  expect(JSON.parse(await exchange(path, execLine({ id: 'x1' })))).toEqual({
    type: 'exec-res',
    id: 'x1',
    ok: true,
    payload: { timedOut: true, success: false, stdout: '', stderr: '' },
  });
});

test('passes a refusal of the exec host on as it is', async () => {
  const error = {
    code: 'UNAVAILABLE',
    message: 'SYSTEM_RUN_DENIED: user denied',
    reason: 'user-denied',
  } as const;
  const { path } = await startExecSocket({ execute: () => Promise.resolve({ ok: false, error }) });
  expect(JSON.parse(await exchange(path, execLine({ id: 'x1' })))).toEqual(
    refused(error.message, error.reason, error.code),
  );
});

test('turns a defect of the exec host into an id, and logs the detail', async () => {
  const { path, log } = await startExecSocket({
    execute: () => Promise.reject(new Error('secret detail')),
  });
  const text = await exchange(path, execLine({ id: 'x1' }));
  expect(JSON.parse(text)).toMatchObject({ ok: false, error: { reason: 'internal' } });
  expect(text).not.toContain('secret detail');
  expect(log.lines.some((line) => line.fields?.error === 'secret detail')).toBe(true);
});

const closes: [string, string | Uint8Array][] = [
  ['bad JSON', '{nope\n'],
  ['an array', '[1,2]\n'],
  ['a number', '7\n'],
  ['null', 'null\n'],
  ['an empty line', '\n'],
  ['a missing type', '{"id":"x"}\n'],
  ['a type that is no string', '{"type":7}\n'],
  ['an unknown type', '{"type":"ping"}\n'],
  ['invalid UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d, 0x0a)],
  ['a line over the cap', `${JSON.stringify({ type: 'exec', pad: 'x'.repeat(256_000) })}\n`],
  ['exec without requestJson', '{"type":"exec","id":"x","nonce":"n","ts":1,"hmac":"h"}\n'],
  [
    'exec with a fractional ts',
    '{"type":"exec","id":"x","nonce":"n","ts":1.5,"hmac":"h","requestJson":"{}"}\n',
  ],
  [
    'exec with a ts beyond any integer',
    '{"type":"exec","id":"x","nonce":"n","ts":1e300,"hmac":"h","requestJson":"{}"}\n',
  ],
  [
    'exec with a hmac that is no string',
    '{"type":"exec","id":"x","nonce":"n","ts":1,"hmac":7,"requestJson":"{}"}\n',
  ],
  ['request without command', promptLine({ request: {} })],
  ['request with a mistyped cwd', promptLine({ request: { command: 'ls', cwd: 7 } })],
  ['request with a token that is no string', promptLine({ token: 7 })],
  [
    'a challenge whose nonce could be read as something else',
    '{"type":"challenge","id":"c","nonce":"1770454465000:{}aaaa"}\n',
  ],
];

test.each(closes)('closes without a byte on %s (exec-ipc §2)', async (_name, data) => {
  const { path, executed, prompted } = await startExecSocket();
  expect(await exchange(path, data)).toBe('');
  expect([...executed, ...prompted]).toEqual([]);
});

test('closes without a byte when the client ends without a line', async () => {
  const { path } = await startExecSocket();
  const peer = await rawPeer(path);
  peer.end();
  expect(await peer.closed).toBe('');
});

const wrongMac = (line: string, change: (hmac: string) => string) => {
  const message = JSON.parse(line) as { hmac: string };
  return `${JSON.stringify({ ...message, hmac: change(message.hmac) })}\n`;
};
const hmacFailure = refused('invalid auth', 'hmac');
const jsonFailure = refused('invalid payload', 'json');

const refusals: [string, ExecLineOptions, unknown, ((hmac: string) => string)?][] = [
  ['a wrong token', { token: 'other' }, hmacFailure],
  ['an upper-case MAC', {}, hmacFailure, (hmac) => hmac.toUpperCase()],
  ['a short MAC', {}, hmacFailure, (hmac) => hmac.slice(0, 62)],
  ['an empty MAC', {}, hmacFailure, () => ''],
  ['a MAC with a space', {}, hmacFailure, (hmac) => `${hmac} `],
  ['a nonce with a colon', { nonce: 'aa:bb' }, hmacFailure],
  ['a lone surrogate under the MAC', { requestJson: '{"command":["\ud800"]}' }, hmacFailure],
  ['an inner request that is no JSON', { requestJson: 'not-json' }, jsonFailure],
  ['an inner array', { requestJson: '[]' }, jsonFailure],
  ['a command that is a string', { request: { command: 'ls' } }, jsonFailure],
  ['a command with a number', { request: { command: ['ls', 7] } }, jsonFailure],
  ['an env value that is no string', { request: { command: ['ls'], env: { A: 1 } } }, jsonFailure],
  [
    'an unknown approvalDecision',
    { request: { command: ['ls'], approvalDecision: 'yes' } },
    jsonFailure,
  ],
  ['a fractional timeoutMs', { request: { command: ['ls'], timeoutMs: 1.5 } }, jsonFailure],
  ['an empty command', { request: { command: [] } }, refused('command required', 'invalid')],
  [
    'an unknown approvalSource',
    { request: { command: ['ls'], approvalSource: 'me' } },
    refused('approvalSource invalid', 'invalid'),
  ],
  [
    'approvalSource beside approvalDecision',
    { request: { command: ['ls'], approvalSource: 'auto-review', approvalDecision: 'allow-once' } },
    refused('approvalSource cannot be combined with explicit approval', 'invalid'),
  ],
];

test.each(refusals)(
  'refuses %s with the typed answer of exec-ipc §2',
  async (_name, options, expected, change) => {
    const { path, executed } = await startExecSocket();
    const line = execLine({ id: 'x1', ...options });
    const text = await exchange(path, change === undefined ? line : wrongMac(line, change));
    expect(JSON.parse(text)).toEqual(expected);
    expect(executed).toEqual([]);
  },
);

test('checks the window before the MAC, inclusive on both sides', async () => {
  const clock = createVirtualClock(1_770_000_000_000);
  const { path, executed } = await startExecSocket({ clock });
  for (const offset of [-10_001, 10_001, -Number.MAX_SAFE_INTEGER + 1_770_000_000_000]) {
    const text = await exchange(
      path,
      execLine({ id: 'x1', token: 'wrong', ts: clock.now() + offset }),
    );
    expect(JSON.parse(text)).toEqual(refused('expired request', 'ttl'));
  }
  for (const offset of [-10_000, 10_000]) {
    const text = await exchange(path, execLine({ ts: clock.now() + offset }));
    expect(JSON.parse(text)).toMatchObject({ ok: true });
  }
  expect(executed).toHaveLength(2);
});

test('opens nothing while the token is blank, and notices a new one at once', async () => {
  let token = '  ';
  const { path, executed } = await startExecSocket({ token: () => token });
  const blank = await exchange(path, execLine({ id: 'x1', token: '  ' }));
  expect(JSON.parse(blank)).toEqual(hmacFailure);
  expect(JSON.parse(await exchange(path, promptLine({ token: '' })))).toMatchObject({
    decision: 'deny',
  });
  expect(await exchange(path, '{"type":"challenge","id":"c","nonce":"aaaaaaaaaaaaaaaa"}\n')).toBe(
    '',
  );
  token = ` ${execToken}\n`;
  expect(JSON.parse(await exchange(path, execLine()))).toMatchObject({ ok: true });
  expect(executed).toHaveLength(1);
});

test('answers a request message with the decision and its id', async () => {
  const { path, prompted } = await startExecSocket();
  expect(JSON.parse(await exchange(path, promptLine({ extra: 1 })))).toEqual({
    type: 'decision',
    id: 'p1',
    decision: 'allow-once',
  });
  expect(prompted[0]?.request.request.command).toBe('ls');
});

test.each(['wrong', '', `${execToken} `, execToken.toUpperCase()])(
  'denies a request message with the token %j, same id, without a prompt',
  async (token) => {
    const { path, prompted } = await startExecSocket();
    expect(JSON.parse(await exchange(path, promptLine({ token })))).toEqual({
      type: 'decision',
      id: 'p1',
      decision: 'deny',
    });
    expect(prompted).toEqual([]);
  },
);

test('closes with nothing when the prompt ends without a decision', async () => {
  const { path } = await startExecSocket({ prompt: () => Promise.resolve(null) });
  expect(await exchange(path, promptLine())).toBe('');
});

test('treats a decision that was not offered as none', async () => {
  const { path } = await startExecSocket({ prompt: () => Promise.resolve('allow-always') });
  const request = { command: 'ls', allowedDecisions: ['allow-once', 'deny', 'banana', 7] };
  expect(await exchange(path, promptLine({ request }))).toBe('');
  const open = { command: 'ls', allowedDecisions: 'wrong type' };
  expect(JSON.parse(await exchange(path, promptLine({ request: open })))).toMatchObject({
    decision: 'allow-always',
  });
});

test('answers when too many requests are in flight at once', async () => {
  const release = Promise.withResolvers<ExecResult>();
  const { path, executed } = await startExecSocket({
    limits: { maxInFlight: 1 },
    execute: () => release.promise,
  });
  const first = exchange(path, execLine());
  await expect.poll(() => executed.length).toBe(1);
  expect(JSON.parse(await exchange(path, execLine({ id: 'x1' })))).toEqual(
    refused('SYSTEM_RUN_DENIED: too many requests at once', 'busy', 'UNAVAILABLE'),
  );
  release.resolve(okResult);
  expect(JSON.parse(await first)).toMatchObject({ ok: true });
  expect(JSON.parse(await exchange(path, execLine()))).toMatchObject({ ok: true });
});

test('serves 64 clients that connect at the same moment', async () => {
  const { path } = await startExecSocket();
  const answers = await Promise.all(
    Array.from({ length: 64 }, () =>
      exchange(path, execLine({ nonce: randomBytes(8).toString('hex') })),
    ),
  );
  expect(answers.filter((text) => (JSON.parse(text) as { ok: boolean }).ok)).toHaveLength(64);
});
