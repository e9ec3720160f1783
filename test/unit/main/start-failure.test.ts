import { expect, it } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { endFailedStart } from '#main/start-failure.ts';
import { createFakeElectron } from '#support/fake-electron.ts';
import { createFakeLogger } from '#support/fakes.ts';

async function failWith(error: unknown) {
  const { app, module, errorBoxes } = createFakeElectron();
  const log = createFakeLogger();
  const ended = endFailedStart(error, {
    app: module.app,
    dialog: module.dialog,
    log,
    logPath: '/srv/logs/companion.jsonl',
  });
  expect(errorBoxes).toEqual([]);
  app.becomeReady();
  await ended;
  return { code: app.exitCode, box: errorBoxes[0], log };
}

const systemError = (code: string) => Object.assign(new Error(`${code}: no`), { code });

it.each<[0 | 1, string, unknown]>([
  [0, 'a taken port', new CompanionError('UNAVAILABLE', 'Port 1 is in use by x.')],
  [0, 'an unsafe path', new CompanionError('UNSAFE_PATH', 'x is a symbolic link')],
  [0, 'a broken configuration', new CompanionError('STATE', 'x is no JSON')],
  [0, 'a defect', new TypeError('x is not a function')],
  [0, 'a folder that may not be written', systemError('EACCES')],
  [0, 'something thrown that is no error', 'x'],
  [1, 'a full disk', systemError('ENOSPC')],
  [
    1,
    'a full disk behind an error of ours',
    new CompanionError('STATE', 'x', { cause: systemError('ENOSPC') }),
  ],
  [1, 'no descriptors', systemError('EMFILE')],
  [1, 'an answer that came too late', new CompanionError('TIMEOUT', 'no answer')],
])('ends with %i for %s', async (code, _what, error) => {
  expect(await failWith(error)).toMatchObject({ code, box: {} });
});

it('says why and what to do, without secrets and hidden characters', async () => {
  const { box, log } = await failWith(
    new CompanionError('UNAVAILABLE', 'token=abcdef123456 of \u202Eevil', { hint: 'Stop it.' }),
  );
  expect(box?.content).toBe('token=…redacted of \\u{202E}evil\n\nStop it.');
  expect(log.lines).toMatchObject([
    { event: 'desktop.start.failed', fields: { hint: 'Stop it.' } },
  ]);
});

it('names the log where an error has no advice', async () => {
  const { box } = await failWith(new Error('x'));
  expect(box?.content).toBe('x\n\nThe log may say more: /srv/logs/companion.jsonl');
});
