import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { messages } from '#core/messages.ts';
import { root } from '../../../scripts/run-tool.ts';

const { bin, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly bin: Readonly<Record<string, string>>;
  readonly version: string;
};

it.each(Object.entries(bin))('%s starts by its own name, as npx starts it', (_name, file) => {
  // After every build: npm makes it executable when it is first installed only.
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const said = execFileSync(join(root, file), ['--version'], { encoding: 'utf8', env });
  expect(said.trim()).toBe(version);
});

it('openclaw-companion without --headless says where the window is', () => {
  const file = join(root, bin['openclaw-companion'] ?? '');
  const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toBe(`${messages.cli.headlessOnly}\n${messages.cli.headlessHint}\n`);
});
