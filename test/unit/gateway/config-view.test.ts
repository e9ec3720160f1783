import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configSnapshot } from '#core/gateway/config-view.ts';

const state = (value: unknown) => ({
  path: '/home/user/.openclaw-companion/config.json',
  exists: true,
  hash: 'abc',
  value,
  problem: null,
});

describe('config.get', () => {
  test('secrets are replaced in the value and in the raw text, the rest stays (S30)', () => {
    const snapshot = configSnapshot(
      state({
        gateway: { port: 18789, auth: { mode: 'token', token: 'SECRET-1' } },
        remote: { password: ['SECRET-2'], apiKey: { a: 'SECRET-3' } },
      }),
    );
    expect(JSON.stringify(snapshot)).not.toContain('SECRET');
    expect(snapshot.config).toMatchObject({ gateway: { port: 18789, auth: { mode: 'token' } } });
    expect(JSON.parse(snapshot.raw ?? '')).toEqual(snapshot.config);
    expect(snapshot).toMatchObject({ valid: true, exists: true, hash: 'abc', issues: [] });
  });

  test('a missing file has no raw text, a broken one says what is wrong', () => {
    const missing = configSnapshot({ ...state({ a: 1 }), exists: false });
    expect(missing).toMatchObject({ raw: null, parsed: {}, config: { a: 1 } });
    const broken = configSnapshot({ ...state({}), problem: 'not JSON' });
    expect(broken).toMatchObject({ valid: false, issues: [{ path: '', message: 'not JSON' }] });
  });

  test('no text below a secret key survives, wherever it is', () => {
    const key = fc.constantFrom('token', 'gatewayToken', 'PASSWORD', 'clientSecret', 'api_key');
    const leaf = fc.jsonValue().map((value) => ({ value, marker: 'S3CRET' }));
    fc.assert(
      fc.property(key, leaf, fc.array(fc.string()), (name, secret, path) => {
        const value = path.reduce<unknown>((inner, step) => ({ [step]: inner }), {
          [name]: secret,
        });
        expect(JSON.stringify(configSnapshot(state(value)))).not.toContain('S3CRET');
      }),
    );
  });
});
