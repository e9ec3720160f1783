import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CompanionError } from '#core/errors.ts';
import { parseParams } from '#host/gateway/params.ts';

const schema = z.strictObject({
  nodeId: z.string().min(1),
  timeoutMs: z.int().min(0).max(10).optional(),
  mode: z.enum(['a', 'b']).optional(),
  kind: z.literal('x').optional(),
  tags: z.array(z.string()).min(1).optional(),
  flags: z.record(z.string(), z.boolean()).optional(),
  either: z.union([z.string(), z.number()]).optional(),
  inner: z.strictObject({ 'a/b~': z.string() }).optional(),
});

function problem(value: unknown): string {
  try {
    parseParams('node.x', schema, value);
  } catch (error) {
    if (error instanceof CompanionError) return error.message;
    throw error;
  }
  return 'none';
}

describe('params errors (gateway §2)', () => {
  it.each<[unknown, string]>([
    [{}, "must have required property 'nodeId'"],
    [{ nodeId: 'n', x: 1 }, "at root: unexpected property 'x'"],
    [
      { x: 1, y: 2, mode: 'c' },
      "must have required property 'nodeId'; at root: unexpected property 'x'; " +
        "at root: unexpected property 'y'; at /mode: must be equal to constant; " +
        'at /mode: must match a schema in anyOf',
    ],
    [{ nodeId: 1 }, 'at /nodeId: must be string'],
    [{ nodeId: '' }, 'at /nodeId: must NOT have fewer than 1 characters'],
    [{ nodeId: 'n', timeoutMs: -1 }, 'at /timeoutMs: must be >= 0'],
    [{ nodeId: 'n', timeoutMs: 11 }, 'at /timeoutMs: must be <= 10'],
    [{ nodeId: 'n', timeoutMs: 1.5 }, 'at /timeoutMs: must be integer'],
    [{ nodeId: 'n', kind: 'y' }, 'at /kind: must be equal to constant'],
    [{ nodeId: 'n', tags: [] }, 'at /tags: must NOT have fewer than 1 items'],
    [{ nodeId: 'n', tags: ['a', 1] }, 'at /tags/1: must be string'],
    [{ nodeId: 'n', flags: [] }, 'at /flags: must be object'],
    [{ nodeId: 'n', flags: { f: 1 } }, 'at /flags/f: must be boolean'],
    [{ nodeId: 'n', either: true }, 'at /either: must match a schema in anyOf'],
    [{ nodeId: 'n', inner: {} }, "at /inner: must have required property 'a/b~'"],
    [{ nodeId: 'n', inner: { 'a/b~': 1 } }, 'at /inner/a~1b~0: must be string'],
    [{ nodeId: 'n', inner: { 'a/b~': 'x', z: 1 } }, "at /inner: unexpected property 'z'"],
    [[], 'must be object'],
    ['text', 'must be object'],
  ])('%j: %s', (value, text) => {
    expect(problem(value)).toBe(`invalid node.x params: ${text}`);
  });

  it('returns what the schema made of the value', () => {
    expect(parseParams('m', schema, { nodeId: 'n' })).toEqual({ nodeId: 'n' });
  });

  it('stays short however many rules a frame breaks', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`key${n}`, n]));
    expect(problem(many)).toMatch(/; and 4981 more$/);
  });

  it('answers any JSON with a CompanionError or a value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(problem(value)).toMatch(/^(none|invalid node\.x params: )/);
      }),
    );
  });
});
