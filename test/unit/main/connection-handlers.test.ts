import { describe, expect, it, vi } from 'vitest';
import type { KnownDevice } from '#core/pairing/directory.ts';
import type { LetInNode } from '#core/pairing/node-ways.ts';
import type { ConnectionDesk } from '#host/companion/connection-desk.ts';
import type { LinkState } from '#host/node/types.ts';
import { contract, type Output } from '#ipc/contract.ts';
import { connectionHandlers } from '#main/handlers/connection.ts';
import { createFakeLogger } from '#support/fakes.ts';

const canary = 'canary-gateway-token';
const up = { kind: 'connected', hello: {} } as unknown as LinkState;

const devices: readonly KnownDevice[] = [
  {
    deviceId: 'self',
    name: 'ann’s “desk”\u202e',
    platform: null,
    approvedAtMs: 1,
    roles: [{ role: 'node\u0000', scopes: [], lastUsedAtMs: null, isRevoked: false }],
  },
  { deviceId: 'other', name: null, platform: 'linux', approvedAtMs: 2, roles: [] },
];

const node: LetInNode = {
  nodeId: 'n\u202e',
  name: 'n\n',
  platform: null,
  isConnected: true,
  commands: ['a\u200b'],
  ways: ['pairing'],
};
const nodes: readonly LetInNode[] = [
  node,
  { ...node, nodeId: 'other', ways: [] },
  { ...node, nodeId: 'self', ways: ['device', 'pairing'] },
];

function bench(over: Partial<ConnectionDesk> = {}, writeText = vi.fn()) {
  const log = createFakeLogger();
  const connection: ConnectionDesk = {
    url: 'ws://127.0.0.1:18789',
    mode: 'own',
    deviceId: 'self',
    links: () => ({ node: up, operator: up }),
    devices: async () => null,
    nodes: async () => null,
    letIn: async () => ({ devices: [...devices], nodes: [...nodes] }),
    revokeNode: vi.fn(async () => true),
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
      nodes: [
        {
          nodeId: 'n\\u{202E}',
          name: 'n\\u{A}',
          commands: ['a\\u{200B}'],
          isThisCompanion: false,
          canRevoke: true,
        },
        { canRevoke: false },
        { isThisCompanion: true, canRevoke: false },
      ],
    });
  });

  it('says in words why it is not connected, and that it could not ask', async () => {
    const why = 'pairing required: approve request 7 at the Gateway\u202e';
    const waiting: LinkState = { kind: 'waiting', retryInMs: 500, why };
    const { get } = bench({
      mode: 'attached',
      links: () => ({ node: waiting, operator: { kind: 'connecting', attempt: 1 } }),
      letIn: async () => ({ devices: null, nodes: null }),
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
    const { handlers, connection, get } = bench();
    const by = { surface: 'window', who: 'ann' };
    const target = { deviceId: 'other', role: 'operator' };
    expect(await handlers['connection.revoke'](target, 'settings')).toBe(true);
    expect(connection.revoke).toHaveBeenCalledExactlyOnceWith(target, by);
    // A name that a page may not draw is still the one that is meant.
    const { nodes } = await get();
    expect(await handlers['connection.revokeNode']({ id: nodes?.[0]?.id ?? '' }, 'settings')).toBe(
      true,
    );
    expect(connection.revokeNode).toHaveBeenCalledExactlyOnceWith('n\u202e', by);
    expect(await handlers['connection.rotateToken'](null, 'settings')).toBeNull();
    expect(connection.replaceToken).toHaveBeenCalledExactlyOnceWith(by);
  });
});
