import { expect, it } from 'vitest';
import { approvalHandlers } from '#main/handlers/approvals.ts';
import { createFakeLogger } from '#support/fakes.ts';

function bench(writeText: (text: string) => Promise<void>) {
  const log = createFakeLogger();
  const unused = () => {
    throw new Error('not asked for');
  };
  const presenter = {
    decide: unused,
    denyMany: unused,
    extend: unused,
    askAgain: unused,
    copyText: (id: string) => (id === 'q1' ? 'git push' : null),
  };
  const handlers = approvalHandlers({ presenter, clipboard: { writeText }, log });
  const copy = async (id: string) => handlers['approvals.copy']({ id }, 'approval');
  return { copy, log };
}

it('says that a command was copied only once it was', async () => {
  const written: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const { copy } = bench((text) => {
    written.push(text);
    return promise;
  });
  const said: boolean[] = [];
  const copied = copy('q1').then((answer) => said.push(answer));
  await new Promise(setImmediate);
  expect([written, said]).toEqual([['git push'], []]);
  resolve();
  await copied;
  expect(said).toEqual([true]);
  expect(await copy('over')).toBe(false);
  expect(written).toHaveLength(1);
});

it.each([
  ['refuses', () => Promise.reject(new Error('no clipboard'))],
  [
    'throws',
    () => {
      throw new Error('no clipboard');
    },
  ],
])('says that it was not when the clipboard %s', async (_, writeText) => {
  const { copy, log } = bench(writeText);
  expect(await copy('q1')).toBe(false);
  expect(log.lines).toMatchObject([{ event: 'clipboard.failed' }]);
});
