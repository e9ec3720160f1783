import { describe, expect, it, vi } from 'vitest';
import type { ConnectionDesk } from '#host/companion/connection-desk.ts';
import type { LinkState } from '#host/node/types.ts';
import { contract, type Output } from '#ipc/contract.ts';
import { connectionHandlers } from '#main/handlers/connection.ts';
import { createFakeLogger } from '#support/fakes.ts';

const canary = 'canary-gateway-token';
const up = { kind: 'connected', hello: {} } as unknown as LinkState;

function bench(over: Partial<ConnectionDesk> = {}, writeText = vi.fn()) {
  const log = createFakeLogger();
  const connection: ConnectionDesk = {
    url: 'ws://127.0.0.1:18789',
    mode: 'own',
    deviceId: 'self',
    links: () => ({ node: up, operator: up }),
    devices: async () => [
      {
        deviceId: 'self',
        name: 'ann’s “desk”\u202e',
        platform: null,
        approvedAtMs: 1,
        roles: [{ role: 'node\u0000', scopes: [], lastUsedAtMs: null, isRevoked: false }],
      },
      { deviceId: 'other', name: null, platform: 'linux', approvedAtMs: 2, roles: [] },
    ],
    nodes: async () => [
      { nodeId: 'n', name: 'n\n', platform: null, isConnected: true, commands: ['a\u200b'] },
    ],
    revoke: vi.fn(async () => true),
    token: () => canary,
    replaceToken: vi.fn(async () => undefined),
    mark: () => 0,
    onChange: () => () => undefined,
    ...over,
  };
  const handlers = connectionHandlers({ connection, clipboard: { writeText }, who: 'ann', log });
  const get = async (): Promise<Output<'connection.get'>> =>
    contract['connection.get'].output.parse(await handlers['connection.get'](null, 'settings'));
  return { connection, handlers, get, log, writeText };
}

describe('the connection pane of the settings window', () => {
  it('IP-08: shows who is let in, safe to show, and never the token', async () => {
    const { get } = bench();
    const shown = await get();
    expect(JSON.stringify(shown)).not.toContain(canary);
    expect(shown).toMatchObject({
      gateway: { url: 'ws://127.0.0.1:18789', node: true, operator: true, problem: null },
      hasToken: true,
      devices: [
        {
          name: 'ann’s \\“desk\\”\\u{202E}',
          isThisCompanion: true,
          roles: [{ role: 'node\\u{0}' }],
        },
        { name: '', isThisCompanion: false },
      ],
      nodes: [{ name: 'n\\u{A}', commands: ['a\\u{200B}'] }],
    });
  });

  it('says in words why it is not connected, and that it could not ask', async () => {
    const why = 'pairing required: approve request 7 at the Gateway\u202e';
    const waiting: LinkState = { kind: 'waiting', retryInMs: 500, why };
    const { get } = bench({
      mode: 'attached',
      links: () => ({ node: waiting, operator: { kind: 'connecting', attempt: 1 } }),
      devices: async () => null,
      nodes: async () => null,
      token: () => null,
    });
    expect(await get()).toMatchObject({
      gateway: {
        mode: 'attached',
        node: false,
        problem:
          'Not connected: pairing required: approve request 7 at the Gateway\\u{202E}. It keeps trying.',
      },
      hasToken: false,
      devices: null,
      nodes: null,
    });
  });

  it('IP-08: the token leaves only when it is asked for, and is in no log', async () => {
    const { handlers, writeText, log } = bench();
    expect(await handlers['connection.revealToken'](null, 'settings')).toBe(canary);
    expect(await handlers['connection.copyToken'](null, 'settings')).toBe(true);
    expect(writeText).toHaveBeenCalledExactlyOnceWith(canary);
    expect(log.lines).toEqual([]);
  });

  it('says so when the clipboard does not take it, in its own time too', async () => {
    const fails = vi.fn(() => Promise.reject(new Error('no clipboard')));
    const { handlers, log } = bench({}, fails);
    expect(await handlers['connection.copyToken'](null, 'settings')).toBe(false);
    expect(JSON.stringify(log.lines)).not.toContain(canary);
  });

  it('without a token of ours there is nothing to show, to copy or to replace', async () => {
    const { handlers, writeText } = bench({ token: () => null });
    expect(() => handlers['connection.revealToken'](null, 'settings')).toThrow('no token');
    await expect(handlers['connection.copyToken'](null, 'settings')).rejects.toThrow('no token');
    expect(writeText).not.toHaveBeenCalled();
  });

  it('revokes and replaces for the person at this computer', async () => {
    const { handlers, connection } = bench();
    const by = { surface: 'window', who: 'ann' };
    const target = { deviceId: 'other', role: 'operator' };
    expect(await handlers['connection.revoke'](target, 'settings')).toBe(true);
    expect(connection.revoke).toHaveBeenCalledExactlyOnceWith(target, by);
    expect(await handlers['connection.rotateToken'](null, 'settings')).toBeNull();
    expect(connection.replaceToken).toHaveBeenCalledExactlyOnceWith(by);
  });
});
