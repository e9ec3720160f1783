import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  execClientMessageSchema,
  execEnvelopeSchema,
  execInnerRequestSchema,
  execMacInput,
  execResponseSchema,
} from '#protocol/exec-socket.ts';
import { createLineAccumulator, decodeJsonLine } from '#protocol/framing.ts';
import vectors from '../vectors/exec-ipc.json' with { type: 'json' };
import { type RecordedFrame, readTranscript, transcriptNames } from './transcripts.ts';

const recordings = transcriptNames.filter((name) => name.startsWith('uds-'));
const frames = recordings.flatMap((name) =>
  readTranscript(name).map((record) => ({ ...record, where: `${name}:${record.at}` })),
);

/** App answers that the recordings made wrong on purpose; the host has to ignore them. */
const badAnswers: ReadonlyMap<string, 'not an answer' | 'ok without a payload' | 'foreign id'> =
  new Map([
    ['uds-garbage:3', 'ok without a payload'],
    ['uds-noise:3', 'not an answer'],
    ['uds-wrongid:3', 'foreign id'],
  ]);

function decode(record: RecordedFrame): unknown {
  const lines = createLineAccumulator(256_000).push(Buffer.from(`${record.line}\n`));
  expect(lines).toHaveLength(1);
  return decodeJsonLine(lines[0] ?? new Uint8Array());
}

describe('exec socket lines recorded from the real node host', () => {
  const sent = frames.filter((record) => record.dir === 'host2app');

  test.each(sent)('$where is one line, an exec, and re-encodes to the same JSON', (record) => {
    const message = decode(record);
    expect(message).toEqual(record.frame);
    expect(execClientMessageSchema.parse(message)).toEqual(record.frame);
    expect(JSON.stringify(execEnvelopeSchema.parse(message))).toBe(record.line);
  });

  test.each(sent)('$where carries an inner request that re-encodes to the same JSON', (record) => {
    const { requestJson } = execEnvelopeSchema.parse(record.frame);
    const inner = execInnerRequestSchema.parse(JSON.parse(requestJson));
    expect(JSON.stringify(inner)).toBe(requestJson);
  });

  test.each(frames.filter((record) => record.dir === 'app2host'))(
    '$where, an answer, parses unless it was made wrong on purpose',
    (record) => {
      const request = sent.find(
        (other) => other.where.split(':')[0] === record.where.split(':')[0],
      );
      const parsed = execResponseSchema.safeParse(decode(record));
      const verdict = !parsed.success
        ? 'not an answer'
        : parsed.data.id !== request?.frame.id
          ? 'foreign id'
          : parsed.data.ok && !parsed.data.payload
            ? 'ok without a payload'
            : undefined;
      expect(verdict).toBe(badAnswers.get(record.where));
      if (parsed.success) expect(parsed.data).toEqual(record.frame);
    },
  );

  test('every recording of the socket was replayed', () => {
    expect(recordings).toHaveLength(8);
    expect(sent).toHaveLength(8);
  });
});

const vectorSchema = z.object({
  id: z.string(),
  group: z.string(),
  input: z.unknown(),
  expected: z.unknown(),
});
const macVectorSchema = z.object({
  input: z.object({ token: z.string(), nonce: z.string(), ts: z.int(), requestJson: z.string() }),
  expected: z.object({ hmacHex: z.string() }),
});
const envelopeVectorSchema = z.object({
  input: z.object({ envelope: execEnvelopeSchema }),
  expected: z.union([
    z.object({ authenticated: z.literal(true) }).transform(() => null),
    z
      .object({ response: execResponseSchema })
      .transform(({ response }) => response.error?.reason ?? null),
  ]),
});

describe('auth vectors of the exec socket', () => {
  const auth = z
    .array(vectorSchema)
    .parse(vectors.vectors)
    .filter((vector) => vector.group === 'auth');
  const fitting = <T extends z.ZodType>(schema: T) =>
    auth.flatMap((vector) => {
      const parsed = schema.safeParse(vector);
      return parsed.success ? [{ id: vector.id, vector: parsed.data }] : [];
    });
  const macs = fitting(macVectorSchema);
  const envelopes = fitting(envelopeVectorSchema);
  const token = macs[0]?.vector.input.token ?? '';
  const mac = (message: Parameters<typeof execMacInput>[0]) =>
    createHmac('sha256', token).update(execMacInput(message)).digest('hex');

  test.each(macs)('$id: the MAC of execMacInput is the golden one', ({ vector }) => {
    expect(mac(vector.input)).toBe(vector.expected.hmacHex);
  });

  test.each(envelopes)('$id: the MAC fails only where the vector says so', ({ vector }) => {
    const { envelope } = vector.input;
    expect(mac(envelope) === envelope.hmac).toBe(vector.expected !== 'hmac');
  });

  test.each(envelopes)(
    '$id: the inner request is refused only where the vector says so',
    ({ vector }) => {
      const inner = decodeJsonLine(Buffer.from(vector.input.envelope.requestJson));
      const { success } = execInnerRequestSchema.safeParse(inner);
      expect(success).toBe(vector.expected !== 'json');
    },
  );

  test('every auth vector was replayed', () => {
    expect([macs.length, envelopes.length, auth.length]).toEqual([2, 6, 8]);
  });
});
