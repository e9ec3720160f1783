import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createExecTokenReader } from '#host/store/exec-token.ts';
import { tempDir } from '#support/temp-dir.ts';

const document = (token: string) => JSON.stringify({ version: 1, socket: { token } });

test('a rotated token is read at the next use, whether the file was replaced or rewritten', async () => {
  const path = join(tempDir(), 'exec-approvals.json');
  const read = createExecTokenReader(path);
  await expect(read()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  writeFileSync(path, document('first'), { mode: 0o600 });
  expect(await read()).toBe('first');
  expect(await read()).toBe('first');
  writeFileSync(`${path}.new`, document('other'), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  expect(await read()).toBe('other');
  writeFileSync(path, document('a third one'));
  expect(await read()).toBe('a third one');
});

test('S21: a document that vanished, turned unsafe or names no token gives none', async () => {
  const path = join(tempDir(), 'exec-approvals.json');
  const read = createExecTokenReader(path);
  writeFileSync(path, document('good'), { mode: 0o600 });
  expect(await read()).toBe('good');
  chmodSync(path, 0o622);
  await expect(read()).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
  chmodSync(path, 0o600);
  writeFileSync(path, '{"version":1,"socket":{"token":"leaked');
  const failure = await read().then(String, String);
  expect(failure).toContain('names no socket token');
  expect(failure).not.toContain('leaked');
  rmSync(path);
  await expect(read()).rejects.toMatchObject({ code: 'UNREACHABLE' });
});
