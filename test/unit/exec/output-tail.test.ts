import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutputTail } from '#core/exec/output-tail.ts';

const marker = '... (truncated) ';
const bytes = (text: string) => new TextEncoder().encode(text);

describe('createOutputTail', () => {
  it('keeps everything that fits', () => {
    const tail = createOutputTail(1_000);
    tail.push(bytes('one '));
    tail.push(bytes('two'));
    expect(tail.text()).toBe('one two');
  });

  it('fits exactly at the limit and marks one byte more', () => {
    const tail = createOutputTail(100);
    tail.push(bytes('x'.repeat(100)));
    expect(tail.text()).toBe('x'.repeat(100));
    tail.push(bytes('y'));
    expect(tail.text()).toBe(`${marker}${'x'.repeat(83)}y`);
  });

  it('keeps the tail of 2 MiB and a check mark within 1 MiB (vector trunc-new-limit)', () => {
    const tail = createOutputTail(1_048_576);
    const block = bytes('x'.repeat(65_536));
    for (let i = 0; i < 32; i += 1) tail.push(block);
    tail.push(bytes('\u2705'));
    const text = tail.text();
    expect(text.startsWith(marker)).toBe(true);
    expect(text.endsWith('x\u2705')).toBe(true);
    expect(bytes(text).length).toBe(1_048_576);
  });

  it('keeps its order when it grows while full', () => {
    const tail = createOutputTail(80_000);
    tail.push(bytes('a'.repeat(4_096)));
    tail.push(bytes('b'.repeat(10)));
    tail.push(bytes('c'.repeat(70_000)));
    expect(tail.text()).toBe('a'.repeat(4_096) + 'b'.repeat(10) + 'c'.repeat(70_000));
  });

  it('cuts between characters', () => {
    const tail = createOutputTail(marker.length + 4);
    tail.push(bytes('\u2705'.repeat(100)));
    expect(tail.text()).toBe(`${marker}\u2705`);
  });

  it('joins a character that came in two chunks', () => {
    const tail = createOutputTail(1_000);
    const [first, ...rest] = bytes('\u2705');
    tail.push(Uint8Array.of(first ?? 0));
    tail.push(Uint8Array.from(rest));
    expect(tail.text()).toBe('\u2705');
  });

  it('shows invalid bytes as replacement characters, within the limit', () => {
    const tail = createOutputTail(100);
    tail.push(new Uint8Array(100).fill(0xff));
    expect(tail.text()).toBe(`${marker}${'\uFFFD'.repeat(28)}`);
  });

  it('keeps a byte order mark', () => {
    const tail = createOutputTail(100);
    tail.push(bytes('\uFEFFhi'));
    expect(tail.text()).toBe('\uFEFFhi');
  });

  it('equals the naive tail for any chunks, and never exceeds the limit', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }).map(bytes),
    );
    fc.assert(
      fc.property(fc.array(chunk), fc.integer({ min: 0, max: 600 }), (chunks, limit) => {
        const tail = createOutputTail(limit);
        for (const one of chunks) tail.push(one);
        const all = Buffer.concat(chunks);
        const whole = new TextDecoder('utf-8', { ignoreBOM: true }).decode(all);
        const text = tail.text();
        const capacity = Math.max(16, limit);
        expect(bytes(text).length).toBeLessThanOrEqual(capacity);
        expect(text.isWellFormed()).toBe(true);
        if (bytes(whole).length <= capacity) expect(text).toBe(whole);
        else {
          expect(text.startsWith(marker)).toBe(true);
          expect(whole.endsWith(text.slice(marker.length))).toBe(true);
          expect(bytes(text).length).toBeGreaterThan(capacity - 4);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not grow with the stream', () => {
    const tail = createOutputTail(80_000);
    const block = new Uint8Array(65_536).fill(0x61);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 4_096; i += 1) tail.push(block);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(tail.text()).toHaveLength(80_000);
  });
});
