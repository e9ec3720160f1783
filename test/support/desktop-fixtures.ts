import { type Channel, contract, type Output, type Snapshot } from '#ipc/contract.ts';
import type { Handlers } from '#ipc/router.ts';

/** A whole snapshot in which nothing happens. */
export function quietSnapshot(revision = 1): Snapshot {
  return {
    revision,
    nowMs: 1_770_000_000_000,
    approvals: { current: null, waiting: [], last: null },
    pairing: { waiting: [], current: null },
    status: {
      version: '0.1.0',
      headline: 'Quiet',
      problem: null,
      activity: [],
      standstill: null,
      gateway: {
        url: 'ws://127.0.0.1:18789',
        mode: 'own',
        node: true,
        operator: false,
        health: null,
      },
      policy: { security: 'allowlist', ask: 'on-miss', problem: null },
      pausedAgents: [],
      recent: [],
    },
    section: null,
    toast: null,
    marks: { history: 0, rules: '', connection: 0 },
  };
}

const answers: { readonly [C in Channel]?: Output<C> } = {
  'snapshot.get': quietSnapshot(),
  'approvals.decide': 'accepted',
  'approvals.copy': true,
  'windows.open': null,
  'windows.close': null,
  'app.quit': null,
};

/** Handlers that note every call that got through to them; what they answer is made up. */
export function recordingHandlers(): { handlers: Handlers; calls: (readonly unknown[])[] } {
  const calls: (readonly unknown[])[] = [];
  const noting = Object.keys(contract).map((channel) => [
    channel,
    (input: unknown, from: string) => {
      calls.push([channel, input, from]);
      return answers[channel as Channel];
    },
  ]);
  const handlers: Handlers = {
    ...(Object.fromEntries(noting) as Handlers),
    'approvals.denyMany': (input, from) => {
      calls.push(['approvals.denyMany', input, from]);
      return input.questions.map(() => 'accepted' as const);
    },
  };
  return { handlers, calls };
}

export const decideInput = { id: 'q1', displayDigest: 'd1', decision: 'deny' } as const;
