import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNewEnough } from '#cli/node-version.ts';
import { parsePort, parseWholeNumber } from '#cli/numbers.ts';

describe('numbers on the command line', () => {
  it('a port is digits from the least to 65535', () => {
    expect(parsePort('0', '--port', 0)).toBe(0);
    expect(parsePort('65535', '--port', 1)).toBe(65_535);
    for (const text of ['', ' ', '0', '65536', '-1', '1.5', '1e3', '0x10', ' 80', '8 0']) {
      expect(() => parsePort(text, '--port', 1)).toThrow(
        `--port must be a port from 1 to 65535, not "${text}".`,
      );
    }
  });

  it('a whole number is digits above 0', () => {
    expect(parseWholeNumber('300')).toBe(300);
    for (const text of ['', '0', '-1', '1.5', '1e3', '0x10', ' 3', '9'.repeat(16)]) {
      expect(parseWholeNumber(text)).toBeNull();
    }
  });

  it('every text is a safe whole number or none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const value = parseWholeNumber(text);
        return value === null || (Number.isSafeInteger(value) && value > 0);
      }),
    );
  });
});

describe('the version of Node', () => {
  it.each([
    ['20.20.2', false],
    ['22.12.0', false],
    ['22.13.0', true],
    ['24.0.0', true],
    ['nonsense', false],
  ])('%s: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});
