import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ExecSocketFixture, execLine, startExecSocket } from '#support/exec-socket.ts';
import { exchange, rawPeer } from '#support/raw-peer.ts';

/** Sends everything, ends, and returns what was answered. */
async function sendAll(path: string, data: Uint8Array | string): Promise<string> {
  const peer = await rawPeer(path);
  peer.send(data);
  peer.end();
  const text = await peer.closed;
  peer.destroy();
  return text;
}

async function stillServes({ path, executed, log }: ExecSocketFixture): Promise<void> {
  expect(executed).toEqual([]);
  expect(log.lines.filter((line) => line.level === 'error')).toEqual([]);
  expect(JSON.parse(await exchange(path, execLine()))).toMatchObject({ ok: true });
}

test('random bytes are never answered and never run', async () => {
  const fixture = await startExecSocket();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), async (bytes) => {
      expect(await sendAll(fixture.path, bytes)).toBe('');
    }),
    { numRuns: 300 },
  );
  await stillServes(fixture);
});

test('random JSON is never answered and never runs', async () => {
  const fixture = await startExecSocket();
  const type = fc.constantFrom('exec', 'request', 'challenge', 'decision', 'exec-res');
  const message = fc.oneof(
    fc.jsonValue(),
    fc.record({ type, id: fc.jsonValue(), nonce: fc.jsonValue(), ts: fc.jsonValue() }),
    fc.record({ type, token: fc.jsonValue(), id: fc.integer(), request: fc.jsonValue() }),
  );
  await fc.assert(
    fc.asyncProperty(message, async (value) => {
      expect(await sendAll(fixture.path, `${JSON.stringify(value)}\n`)).toBe('');
    }),
    { numRuns: 300 },
  );
  await stillServes(fixture);
});

const fields = ['nonce', 'ts', 'hmac', 'requestJson'] as const;

test('an exec with any signed field changed never runs', async () => {
  const fixture = await startExecSocket();
  const change = fc.record({
    field: fc.constantFrom(...fields),
    at: fc.nat(),
    with: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 3 }), fc.constant('')),
    by: fc.integer({ min: -9_000, max: 9_000 }).filter((by) => by !== 0),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ field, at, with: text, by }) => {
      const message = JSON.parse(execLine()) as Record<string, string | number>;
      const value = message[field];
      if (typeof value === 'number') message[field] = value + by;
      else if (value !== undefined) {
        const index = at % value.length;
        const changed = value.slice(0, index) + text + value.slice(index + 1);
        fc.pre(changed !== value);
        message[field] = changed;
      }
      const answer = await sendAll(fixture.path, `${JSON.stringify(message)}\n`);
      expect(JSON.parse(answer)).toMatchObject({ ok: false, error: { reason: 'hmac' } });
    }),
    { numRuns: 400 },
  );
  await stillServes(fixture);
});

test('flipping any bit of a valid line runs nothing but what was signed', async () => {
  const fixture = await startExecSocket();
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(7), async (at, bit) => {
      const line = Buffer.from(execLine());
      const signed = JSON.parse(line.toString()) as Record<string, unknown>;
      const index = at % (line.length - 1);
      line[index] = (line[index] ?? 0) ^ (1 << bit);
      await sendAll(fixture.path, line);
      const ran = fixture.executed.splice(0).length > 0;
      const [first = ''] = line.toString().split('\n');
      // The id and unknown keys are not signed; with a flip there the same command runs.
      if (ran) for (const field of fields) expect(JSON.parse(first)[field]).toEqual(signed[field]);
    }),
    { numRuns: 500 },
  );
  await stillServes(fixture);
});

test('a signed inner request of any shape is a typed refusal or the command it says', async () => {
  const fixture = await startExecSocket();
  const optional = fc.oneof(fc.jsonValue(), fc.constant(null), fc.string());
  const inner = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        command: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
        rawCommand: optional,
        cwd: optional,
        env: fc.oneof(fc.dictionary(fc.string(), fc.string()), optional),
        timeoutMs: fc.oneof(fc.integer(), optional),
        agentId: optional,
        approvalDecision: fc.oneof(fc.constantFrom('allow-once', 'deny'), optional),
        policySnapshot: optional,
      },
      { requiredKeys: ['command'] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(inner, async (request) => {
      const answer = JSON.parse(
        await sendAll(fixture.path, execLine({ requestJson: JSON.stringify(request) })),
      ) as {
        ok: boolean;
      };
      const [call] = fixture.executed.splice(0);
      expect(call !== undefined).toBe(answer.ok);
      if (call)
        expect({ command: call.request.argv }).toEqual({
          command: (request as { command: unknown }).command,
        });
      else expect(answer).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
    }),
    { numRuns: 400 },
  );
  await stillServes(fixture);
});

test('deeply nested JSON is refused like any other garbage', async () => {
  const fixture = await startExecSocket();
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  expect(await sendAll(fixture.path, `${deep}\n`)).toBe('');
  const answer = await sendAll(fixture.path, execLine({ requestJson: deep }));
  expect(JSON.parse(answer)).toMatchObject({ error: { reason: 'json' } });
  await stillServes(fixture);
});

test('100 MB of garbage leave no memory behind', async () => {
  const fixture = await startExecSocket();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = held();
  const garbage = Buffer.alloc(255_000, 'x');
  for (let round = 0; round < 50; round += 1) {
    await Promise.all(Array.from({ length: 8 }, () => sendAll(fixture.path, garbage)));
  }
  await expect.poll(() => held() - before, { timeout: 20_000 }).toBeLessThan(20_000_000);
  await stillServes(fixture);
});
