import { describe, expect, test } from 'vitest';
import type { ApprovalDesk, ApprovalOutcome, PendingApproval } from '#core/approvals/types.ts';
import { createExecApprovalsFeature } from '#host/gateway/features/exec-approvals.ts';
import {
  execApprovalAcceptedSchema,
  execApprovalDecisionSchema,
  execApprovalGetResultSchema,
  execApprovalListResultSchema,
} from '#protocol/gateway-approvals.ts';
import { createFakeBroadcaster, createFakeSession } from '#support/fake-broadcaster.ts';
import { createFakeIds, fakeHasher } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

/** Newer methods, for which there are no recordings: shapes of exec-ipc §6.2. */

/** A desk with one question at most, answered by the test. */
function createOneQuestionDesk(nowMs: number) {
  let pending: PendingApproval | null = null;
  const answered = Promise.withResolvers<ApprovalOutcome>();
  const desk: ApprovalDesk = {
    ask(ask) {
      pending = {
        id: ask.id ?? 'q',
        kind: ask.kind,
        subject: ask.subject,
        planDigest: ask.planDigest,
        displayDigest: 'd',
        offered: ask.offered,
        createdAtMs: nowMs,
        expiresAtMs: nowMs + (ask.timeoutMs ?? 0),
        count: 1,
      };
      return { approval: pending, outcome: answered.promise, nothingRan: () => undefined };
    },
    answer: () => 'unknown',
    extend: () => 'unknown',
    get: (id) => (pending?.id === id ? pending : null),
    list: () => (pending ? [pending] : []),
    attach: () => () => undefined,
  };
  return { desk, answer: answered.resolve };
}

function setUp() {
  const clock = createVirtualClock();
  const { desk, answer } = createOneQuestionDesk(clock.now());
  const feature = createExecApprovalsFeature({
    clock,
    ids: createFakeIds(),
    hasher: fakeHasher,
    broadcaster: createFakeBroadcaster(),
    desk,
    grants: { add: () => undefined },
    foresee: () => null,
    hasRunInFlight: () => false,
  });
  const accepted: unknown[] = [];
  const session = createFakeSession({ scopes: ['operator.approvals'] });
  const call = async (method: string, params: unknown) =>
    feature.methods[method]?.(params, {
      session,
      signal: new AbortController().signal,
      accept: (payload: unknown) => void accepted.push(payload),
    });
  return { call, answer, accepted };
}

describe('shapes of the newer approval methods', () => {
  test('a two-phase request, its list and get, and both of its answers', async () => {
    const { call, answer, accepted } = setUp();
    const params = {
      id: 'appr-1',
      command: 'uname -a',
      twoPhase: true,
      nodeId: 'n1',
      commandArgv: ['uname', '-a'],
      systemRunPlan: { argv: ['uname', '-a'] },
      turnSourceChannel: 'cli',
      suppressDelivery: true,
    };
    const final = call('exec.approval.request', params);
    expect(execApprovalAcceptedSchema.parse(accepted[0])).toMatchObject({ id: 'appr-1' });
    const [listed] = execApprovalListResultSchema.parse(await call('exec.approval.list', {}));
    expect(listed).toMatchObject({ id: 'appr-1', request: { command: 'uname -a', cwd: null } });
    const shown = execApprovalGetResultSchema.parse(
      await call('exec.approval.get', { id: 'appr-1' }),
    );
    expect(shown).toMatchObject({ commandText: 'uname -a', nodeId: 'n1' });
    const waiting = call('exec.approval.waitDecision', { id: 'appr-1' });
    answer({ kind: 'expired' });
    for (const result of [await final, await waiting]) {
      expect(execApprovalDecisionSchema.parse(result)).toMatchObject({
        id: 'appr-1',
        decision: null,
      });
    }
  });

  test.each(['', '.', '..', 'plugin:x', 'a b', 'a/b', 'x'.repeat(129)])(
    'id %j is refused before anybody is asked',
    async (id) => {
      const { call } = setUp();
      await expect(call('exec.approval.request', { id, command: 'x' })).rejects.toThrow(
        'invalid exec.approval.request params: at /id: ',
      );
      expect(await call('exec.approval.list', {})).toEqual([]);
    },
  );
});
