import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sameSecret } from '#host/sockets/exec-auth.ts';

const folder = join(import.meta.dirname, '../../src/host/sockets');
const files = ['exec-auth.ts', 'exec-session.ts', 'exec-server.ts'];

/** `secret === x` or `x === secret`, unless x is null, undefined or the empty text. */
const comparison =
  /(?:hmac|proof|token|mac|nonce|key)\w*\s*[!=]==(?!\s*(?:null|undefined|''))|[!=]==\s*\S*(?:hmac|proof|token|nonce)\b/i;

test('S33: no secret of the exec socket is compared with an operator', () => {
  for (const sample of ['if (hmac === given)', 'given !== envelope.hmac', 'a.token === b']) {
    expect(comparison.test(sample)).toBe(true);
  }
  const found = files.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => comparison.test(line)),
  );
  expect(found).toEqual([]);
});

test('S33: secrets of any length are compared, and only equal ones are the same', () => {
  const texts = [
    '',
    'a',
    'b',
    'a'.repeat(32),
    'a'.repeat(31),
    `${'a'.repeat(31)}b`,
    'é',
    'e\u0301',
  ];
  for (const one of texts) {
    for (const other of texts) expect(sameSecret(one, other)).toBe(one === other);
  }
});
