import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allowOnce, createExecBench } from '#support/exec-host.ts';
import { tempDir } from '#support/temp-dir.ts';

const sep = Buffer.from('/');
const invalid = Buffer.from([0xff]);

/**
 * A link to a folder whose name is no UTF-8, and beside that the folder whose name it is shown by:
 * what is looked at through the link is not what a path in our hands leads to.
 */
function twins() {
  const dir = tempDir();
  const real = Buffer.concat([Buffer.from(dir), sep, invalid]);
  const shown = join(dir, '\u{FFFD}');
  mkdirSync(real);
  mkdirSync(shown);
  const link = join(dir, 'link');
  symlinkSync(invalid, link);
  copyFileSync('/usr/bin/true', Buffer.concat([real, sep, Buffer.from('tool')]));
  return { shown, link };
}

it('S11: nobody is asked about a program whose real path cannot be told in text', async () => {
  const { shown, link } = twins();
  copyFileSync('/usr/bin/id', join(shown, 'tool'));
  const { run, desk } = createExecBench();
  desk.answerWith(() => allowOnce);
  expect(await run({ argv: [join(link, 'tool')] })).toMatchObject({ payload: { stdout: '' } });
  expect(desk.asked).toEqual([]);
});

it('S11: nothing runs in a folder whose real path cannot be told in text', async () => {
  const { shown, link } = twins();
  writeFileSync(join(shown, 'here'), '');
  const { run, desk } = createExecBench();
  desk.answerWith(() => allowOnce);
  expect(await run({ argv: ['/usr/bin/ls'], cwd: link })).toMatchObject({ ok: false });
  expect(desk.asked).toEqual([]);
});
