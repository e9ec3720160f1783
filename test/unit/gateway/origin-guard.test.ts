import { describe, expect, it } from 'vitest';
import { isLocalPeer, refusal } from '#host/gateway/origin-guard.ts';

const host = '127.0.0.1:18789';

describe('S2: who may speak at all', () => {
  it.each<[string | undefined, boolean]>([
    ['127.0.0.1:18789', true],
    ['localhost:18789', true],
    ['LOCALHOST', true],
    ['[::1]:18789', true],
    ['127.0.0.1', true],
    [undefined, false],
    ['', false],
    ['evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil', false],
    ['127.0.0.1@evil', false],
    ['evil@127.0.0.1', false],
    ['0.0.0.0:18789', false],
    ['192.0.2.1:18789', false],
    ['[::2]', false],
    ['localhost:18789:1', false],
    ['localhost/', false],
  ])('Host %j is let in: %s', (name, letIn) => {
    const headers = name === undefined ? {} : { host: name };
    expect(refusal(headers, []) === null).toBe(letIn);
  });

  it.each<[string, boolean]>([
    ['http://127.0.0.1:18789', true],
    ['https://good.example', true],
    ['https://evil.example', false],
    ['null', false],
    ['', false],
    ['http://127.0.0.1', false],
    ['http://127.0.0.1.evil', false],
    ['http://127.0.0.1:18789.evil', false],
    ['http://localhost:18789', false],
    ['https://127.0.0.1:18789', false],
    ['http://127.0.0.1:3000', false],
    ['https://good.example.evil', false],
    ['file://', false],
  ])('Origin %j is let in: %s', (origin, letIn) => {
    expect(refusal({ host, origin }, ['https://good.example']) === null).toBe(letIn);
  });
});

describe('who counts as local (gateway §3.3)', () => {
  it.each<[string | undefined, Record<string, string>, boolean]>([
    ['127.0.0.1', { host }, true],
    ['127.8.9.1', { host: 'localhost:1' }, true],
    ['::1', { host: '[::1]:18789' }, true],
    ['::ffff:127.0.0.1', { host }, true],
    ['192.0.2.7', { host }, false],
    ['::ffff:192.0.2.7', { host }, false],
    [undefined, { host }, false],
    ['127.0.0.1', { host: 'mac.lan' }, false],
    ['127.0.0.1', {}, false],
    ['127.0.0.1', { host, 'x-forwarded-for': '127.0.0.1' }, false],
    ['127.0.0.1', { host, 'x-real-ip': '127.0.0.1' }, false],
    ['127.0.0.1', { host, 'x-forwarded-host': 'localhost' }, false],
    ['127.0.0.1', { host, forwarded: 'for=127.0.0.1' }, false],
  ])('peer %j with %j: %s', (address, headers, local) => {
    expect(isLocalPeer(address, headers)).toBe(local);
  });
});
