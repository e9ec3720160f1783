import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createExecEvents, eventOutput } from '#host/node/exec-events.ts';
import { createFakeLogger } from '#support/fakes.ts';
import execVectors from '../../vectors/exec-ipc.json' with { type: 'json' };

const prefix = '... (truncated) ';

function sentEvents(request: (method: string, params: unknown) => Promise<unknown>) {
  return createExecEvents({ link: { request }, log: createFakeLogger() });
}

const facts = {
  runId: 'run-1',
  sessionKey: 'agent:main:main',
  command: 'uname -s',
  suppressNotifyOnExit: false,
};

test('output over 20 000 characters keeps its tail behind the prefix (vector trunc-event)', () => {
  const vector = execVectors.vectors.find(({ id }) => id === 'trunc-event');
  expect(vector?.expected).toEqual({ prefix, tailChars: 20_000, trimmedFirst: true });
  const output = eventOutput({ stdout: `  a${'x'.repeat(20_000)}\n\n`, stderr: '', error: null });
  expect(output).toBe(prefix + 'x'.repeat(20_000));
  expect(eventOutput({ stdout: 'x'.repeat(20_000), stderr: '', error: null })).toHaveLength(20_000);
});

test('output joins what is not empty with newlines', () => {
  expect(eventOutput({ stdout: 'out\n', stderr: '', error: 'exit 2' })).toBe('out\n\nexit 2');
  expect(eventOutput({ stdout: '', stderr: 'err', error: null })).toBe('err');
  expect(eventOutput({ stdout: '', stderr: '', error: undefined })).toBe('');
});

test('truncation never splits a character', () => {
  fc.assert(
    fc.property(fc.nat({ max: 3 }), (shift) => {
      const output = eventOutput({
        stdout: '😀'.repeat(11_000) + 'a'.repeat(shift),
        stderr: '',
        error: null,
      });
      expect(output.isWellFormed()).toBe(true);
      expect(output.length - prefix.length).toBeLessThanOrEqual(20_000);
    }),
  );
});

test('a finished event has the shape of the recorded node host', () => {
  const sent: unknown[] = [];
  const events = sentEvents(async (method, params) => sent.push([method, params]));
  events.finished(facts, {
    exitCode: 0,
    timedOut: false,
    success: true,
    stdout: 'from fake app\n',
    stderr: '',
    error: null,
  });
  // nodehost-darwin-ws.jsonl, byte for byte but for the run id.
  expect(sent).toEqual([
    [
      'node.event',
      {
        event: 'exec.finished',
        payloadJSON:
          '{"sessionKey":"agent:main:main","runId":"run-1","host":"node","command":"uname -s","exitCode":0,"timedOut":false,"success":true,"output":"from fake app"}',
      },
    ],
  ]);
});

test('a denied event carries the reason and the wish to stay quiet', () => {
  const sent: unknown[] = [];
  const events = sentEvents(async (_method, params) => sent.push(params));
  events.denied({ ...facts, suppressNotifyOnExit: true }, 'user-denied');
  expect(sent).toEqual([
    {
      event: 'exec.denied',
      payloadJSON:
        '{"sessionKey":"agent:main:main","runId":"run-1","host":"node","command":"uname -s","reason":"user-denied","suppressNotifyOnExit":true}',
    },
  ]);
});

test('an event that cannot be sent fails nothing', async () => {
  const events = sentEvents(() => Promise.reject(new Error('gone')));
  expect(() => events.started(facts)).not.toThrow();
  await new Promise((resolve) => setImmediate(resolve));
});
