import type { Snapshot } from '#ipc/contract.ts';
import type { Handlers } from '#ipc/router.ts';

/** A whole snapshot in which nothing happens. */
export function quietSnapshot(revision = 1): Snapshot {
  return {
    revision,
    nowMs: 1_770_000_000_000,
    approvals: { current: null, waiting: [], last: null },
    status: {
      version: '0.1.0',
      headline: 'Quiet',
      problem: null,
      gateway: { url: 'ws://127.0.0.1:18789', mode: 'own', node: true, operator: false },
      policy: { security: 'allowlist', ask: 'on-miss', problem: null },
      pausedAgents: [],
      recent: [],
    },
  };
}

/** Handlers that note every call that got through to them. */
export function recordingHandlers(): { handlers: Handlers; calls: (readonly unknown[])[] } {
  const calls: (readonly unknown[])[] = [];
  const note =
    <T>(channel: string, answer: T) =>
    (input: unknown, from: string): T => {
      calls.push([channel, input, from]);
      return answer;
    };
  const handlers: Handlers = {
    'snapshot.get': note('snapshot.get', quietSnapshot()),
    'approvals.decide': note('approvals.decide', 'accepted' as const),
    'approvals.denyMany': (input, from) => {
      calls.push(['approvals.denyMany', input, from]);
      return input.questions.map(() => 'accepted' as const);
    },
    'approvals.copy': note('approvals.copy', true),
    'windows.open': note('windows.open', null),
    'windows.close': note('windows.close', null),
    'app.quit': note('app.quit', null),
  };
  return { handlers, calls };
}

export const decideInput = { id: 'q1', displayDigest: 'd1', decision: 'deny' } as const;
