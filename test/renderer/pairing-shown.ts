import type { ShownPairing } from '#ipc/pairing.ts';
import { pageTime } from '#support/page-bench.ts';

/** Who wants to be let in, as the main process shows it. */
export function shownPairing(over: Partial<ShownPairing> = {}): ShownPairing {
  return {
    kind: 'device',
    requestId: 'pair-1',
    digest: 'digest-1',
    title: 'Let a device in?',
    facts: [
      { label: 'Name', text: 'build box', claimed: true },
      { label: 'Platform', text: 'linux', claimed: true },
      { label: 'Program', text: 'cli · cli', claimed: true },
      { label: 'Address', text: '192.0.2.7', claimed: false },
      { label: 'Device ID', text: '9f86d081884c7d65'.repeat(4), claimed: false },
      { label: 'Role', text: 'operator', claimed: false },
      { label: 'Rights', text: 'operator.admin, operator.read', claimed: false },
    ],
    means: [
      'It may do everything: run commands, answer in your place, change settings, let others in.',
      'It may read what your agents and nodes do.',
    ],
    isRepair: false,
    atMs: pageTime - 30_000,
    ...over,
  };
}

export const nodePairing = shownPairing({
  kind: 'node',
  requestId: 'pair-2',
  digest: 'digest-2',
  title: 'Let a node in?',
  facts: [
    { label: 'Name', text: 'old phone', claimed: true },
    { label: 'Node ID', text: 'phone-1', claimed: true },
    { label: 'Commands', text: 'camera.snap, location.get', claimed: true },
  ],
  means: ['It becomes a node: agents may run on it what it offers.'],
});
