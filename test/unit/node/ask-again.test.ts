import { describe, expect, it } from 'vitest';
import type { MissedQuestion } from '#core/approvals/ask-again.ts';
import { createAskAgain } from '#host/node/ask-again.ts';
import type { LinkState } from '#host/node/types.ts';
import { subjectOf } from '#support/approvals.ts';
import { createFakeLogger } from '#support/fakes.ts';

const connected = { kind: 'connected' } as LinkState;

function bench(state: LinkState = connected, answer: () => Promise<unknown> = async () => ({})) {
  const sent: unknown[][] = [];
  const welcomed: (string | null)[] = [];
  const request = (...call: unknown[]) => {
    sent.push(call);
    return answer();
  };
  const askAgain = createAskAgain({
    link: { state, request },
    welcome: (agentId) => void welcomed.push(agentId),
    log: createFakeLogger(),
  });
  return { askAgain, sent, welcomed };
}

const question = (over: Partial<MissedQuestion> = {}): MissedQuestion => ({
  id: 'q1',
  kind: 'exec',
  subject: subjectOf({ sessionKey: 'agent:main:main', commandText: 'git push' }),
  ...over,
});

describe('ask again (AP-10)', () => {
  it('ends the wait of the agent and tells its session as a refusal with a reason (exec-ipc §6.4)', async () => {
    const { askAgain, sent, welcomed } = bench();
    expect(await askAgain(question())).toBe(true);
    expect(welcomed).toEqual(['main']);
    expect(sent).toEqual([
      [
        'node.event',
        {
          event: 'exec.denied',
          payloadJSON: JSON.stringify({
            sessionKey: 'agent:main:main',
            runId: 'q1',
            host: 'node',
            command: 'git push',
            reason: 'expired: a person is here now, ask again',
          }),
        },
        { timeoutMs: 5_000 },
      ],
    ]);
  });

  it.each<[string, MissedQuestion]>([
    ['no session is behind it', question({ subject: subjectOf({ sessionKey: null }) })],
    ['its session has an empty name', question({ subject: subjectOf({ sessionKey: '  ' }) })],
    ['it was about the rules', question({ kind: 'policy-change' })],
  ])('tells nobody when %s, but the agent need not wait', async (_, asked) => {
    const { askAgain, sent, welcomed } = bench();
    expect(await askAgain(asked)).toBe(false);
    expect([sent, welcomed]).toEqual([[], ['main']]);
  });

  it('says that nobody was told while the Gateway is away, or does not take it', async () => {
    const away = bench({ kind: 'waiting', retryInMs: 1, why: 'gone' });
    expect(await away.askAgain(question())).toBe(false);
    expect(away.sent).toEqual([]);
    const failing = bench(connected, () => Promise.reject(new Error('no answer')));
    expect(await failing.askAgain(question())).toBe(false);
    const log = createFakeLogger();
    const nobody = createAskAgain({ link: null, welcome: () => undefined, log });
    expect(await nobody(question())).toBe(false);
  });
});
