import { expect, it } from 'vitest';
import { createOpenAnswers } from '#host/gateway/open-answers.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

function bench() {
  const clock = createVirtualClock();
  const answers = createOpenAnswers(clock);
  const slow = Promise.withResolvers<void>();
  answers.add(Promise.resolve());
  answers.add(slow.promise);
  let given = false;
  const wait = answers.given(500).then(() => {
    given = true;
  });
  return { clock, answers, slow, wait, isGiven: () => given };
}

it('waits for those who wait now, and for nobody who comes later', async () => {
  const { clock, answers, slow, wait, isGiven } = bench();
  answers.add(new Promise(() => undefined));
  clock.advance(499);
  // Whatever is ready by now has its turn first.
  await new Promise(setImmediate);
  expect(isGiven()).toBe(false);
  slow.resolve();
  await wait;
  expect(clock.waiting).toBe(0);
});

it('does not wait longer than it was told', async () => {
  const { clock, wait } = bench();
  clock.advance(500);
  await wait;
});

it('is over at once where nobody waits', async () => {
  const answers = createOpenAnswers(createVirtualClock());
  await answers.given(500);
});
