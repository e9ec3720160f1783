import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayText } from '#core/display.ts';
import { readPairingRequest } from '#core/pairing/requests.ts';
import type { PairingKind } from '#core/pairing/types.ts';
import { shownPairingSchema } from '#ipc/pairing.ts';
import { shownPairing } from '#main/state/shown-pairing.ts';
import { fakeHasher } from '#support/fakes.ts';
import { wireDevice, wireNode } from '#support/pairing.ts';

function shown(kind: PairingKind, over: object = {}) {
  const wire = kind === 'device' ? wireDevice('r1', over) : wireNode('r1', over);
  const request = readPairingRequest(kind, wire, fakeHasher);
  if (!request) throw new Error('refused');
  return shownPairing(request);
}

describe('what a person reads before they let somebody in', () => {
  it('names a device with what it asks for; its own words are claims', () => {
    const { title, facts, means } = shown('device', {
      scopes: ['operator.read', 'operator.admin'],
    });
    expect(title).toBe('Let a device in?');
    expect(facts).toEqual([
      { label: 'Name', text: 'build box', claimed: true },
      { label: 'Platform', text: 'linux', claimed: true },
      { label: 'Program', text: 'cli · cli', claimed: true },
      { label: 'Address', text: '192.0.2.7', claimed: false },
      { label: 'Device ID', text: 'device-r1', claimed: false },
      { label: 'Role', text: 'operator', claimed: false },
      { label: 'Rights', text: 'operator.read, operator.admin', claimed: false },
    ]);
    expect(means).toEqual([
      'It may do everything: run commands, answer in your place, change settings, let others in.',
      'It may read what your agents and nodes do.',
    ]);
  });

  it('names a node with what it offers; nothing about it is proved', () => {
    const { title, facts, means } = shown('node', { remoteIp: '192.0.2.9' });
    expect(title).toBe('Let a node in?');
    expect(facts.map(({ label, claimed }) => `${label} ${claimed}`)).toEqual([
      'Name true',
      'Platform true',
      'Program true',
      'Address true',
      'Node ID true',
      'Commands true',
    ]);
    expect(means).toEqual(['It becomes a node: agents may run on it what it offers.']);
  });

  it.each([
    ['no right', { scopes: [] }, 'It may connect, and gets no right beyond that.'],
    [
      'an unknown right',
      { scopes: ['x"y'] },
      'It gets the right "x\\"y", which is not known here.',
    ],
    ['an unknown role', { role: 'king', roles: [] }, 'It gets the role "king", not known here.'],
    [
      'more than it has',
      { isRepair: true },
      'It was let in before. Now it asks for more, or comes with another key.',
    ],
    [
      'the role of a node',
      { role: 'node', roles: [] },
      'It becomes a node: agents may run on it what it offers.',
    ],
  ])('S22: says in words that it asks for %s', (_what, over, sentence) => {
    expect(shown('device', over).means).toContain(sentence);
  });

  it('S25, AP-03: no name can end its quotation, hide or turn what is next to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const over = {
          displayName: text,
          platform: text,
          role: text,
          scopes: [text],
          commands: [text],
        };
        for (const kind of ['device', 'node'] as const) {
          const one = shownPairingSchema.parse(shown(kind, over));
          const texts = [...one.facts.map((fact) => fact.text), ...one.means];
          for (const each of texts) expect(displayText(each).escaped).toBe(false);
          const claims = one.facts.filter(({ claimed }) => claimed);
          for (const claim of claims) expect(claim.text).not.toMatch(/(?<!\\)["“”]/);
        }
      }),
    );
  });
});
