import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createOutputTail } from '#core/exec/output-tail.ts';
import { eventOutput } from '#host/node/exec-events.ts';
import { execVectors } from '#support/exec-vectors.ts';

const expectation = z.object({
  prefix: z.string(),
  suffix: z.string().optional(),
  maxUtf8Bytes: z.number().optional(),
  tailChars: z.number().optional(),
});
const vectors = new Map(
  execVectors('truncate', z.unknown(), expectation).map(({ id, expected }) => [id, expected]),
);

describe('exec-ipc vectors, group truncate', () => {
  it('covers every vector of the group', () => {
    expect([...vectors.keys()]).toEqual(['trunc-new-limit', 'trunc-event']);
  });

  it('trunc-new-limit: the tail of an output, cut between characters', () => {
    const { prefix = '', suffix = '', maxUtf8Bytes = 0 } = vectors.get('trunc-new-limit') ?? {};
    const tail = createOutputTail(maxUtf8Bytes);
    tail.push(Buffer.alloc(2 * 1024 * 1024, 'x'));
    tail.push(Buffer.from(suffix));
    const text = tail.text();
    expect(text.startsWith(prefix)).toBe(true);
    expect(text.endsWith(suffix)).toBe(true);
    expect(Buffer.byteLength(text)).toBe(maxUtf8Bytes);
    expect(text.isWellFormed()).toBe(true);
  });

  it('trunc-event: the tail of what an event tells, trimmed first', () => {
    const { prefix = '', tailChars = 0 } = vectors.get('trunc-event') ?? {};
    const stdout = `  ${'a'.repeat(10_000)}${'b'.repeat(10_001)}  `;
    const text = eventOutput({ stdout, stderr: '' });
    expect(text).toBe(`${prefix}${stdout.trim().slice(-tailChars)}`);
  });
});
