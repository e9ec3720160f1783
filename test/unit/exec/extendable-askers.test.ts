import { expect, test } from 'vitest';
import { createConfirmWidening } from '#host/exec/confirm-widening.ts';
import { createSocketPrompt } from '#host/exec/socket-prompt.ts';
import { approvalAskOf, claimedRequest } from '#host/gateway/approval-request.ts';
import { createFakePresenter, person, queueBench } from '#support/approvals.ts';
import { createExecBench } from '#support/exec-host.ts';
import { fakeHasher } from '#support/fakes.ts';

const wider = {
  before: { version: 1 as const },
  after: { version: 1 as const, defaults: { security: 'full' as const } },
  who: 'ops',
};

test('AP-17: time to agree to wider rules is ours, so a person may have more of it', async () => {
  const { queue, clock } = queueBench();
  queue.attach(createFakePresenter('one-at-a-time'));
  const confirm = createConfirmWidening({ desk: queue, hasher: fakeHasher });
  const agreed = confirm(wider, new AbortController().signal);
  const [question] = queue.list();
  const { id = '', displayDigest = '' } = question ?? {};
  clock.advance(119_999);
  expect(queue.extend(id)).toBe('extended');
  clock.advance(119_999);
  queue.answer({ id, decision: 'allow-once', by: person, displayDigest });
  expect(await agreed).toBe(true);
});

test('AP-17: more time does not outlive whoever asked for wider rules', async () => {
  const { queue } = queueBench();
  queue.attach(createFakePresenter('one-at-a-time'));
  const confirm = createConfirmWidening({ desk: queue, hasher: fakeHasher });
  const asker = new AbortController();
  const agreed = confirm(wider, asker.signal);
  const id = queue.list()[0]?.id ?? '';
  queue.extend(id);
  asker.abort();
  expect(await agreed).toBe(false);
  expect(queue.extend(id)).toBe('unknown');
});

test('the limits of callers are not ours to move', async () => {
  const exec = createExecBench();
  await exec.run({ argv: ['/bin/true'] }, { budgetMs: 30_000 });
  expect(exec.desk.asked[0]?.extendable).toBeUndefined();

  const { queue, clock } = queueBench();
  queue.attach(createFakePresenter('all'));
  const prompt = createSocketPrompt({ desk: queue, hasher: fakeHasher });
  const request = { command: 'ls' } as const;
  const message = { type: 'request', id: 'r1', token: 't', request } as const;
  const answer = prompt(message, new AbortController().signal);
  const [asked] = queue.list();
  expect(queue.extend(asked?.id ?? '')).toBe('not-offered');
  clock.advance(15_000);
  expect(await answer).toBeNull();

  const foreign = approvalAskOf('a1', claimedRequest(request), null, 'cli', fakeHasher);
  expect(foreign.extendable).toBeUndefined();
});
