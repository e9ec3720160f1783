import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { readOpenClawApprovals } from '#host/store/openclaw-approvals.ts';
import { placeOpenClawDatabase } from '#support/openclaw-state.ts';
import { tempDir } from '#support/temp-dir.ts';

const ours = { path: '/ours.sock', token: 'our-token' };

function fileOf(dir: string) {
  const approvals = readOpenClawApprovals(dir);
  if (approvals.kind !== 'file') throw new Error(JSON.stringify(approvals));
  return approvals;
}

describe('D3: OpenClaw’s folder with a database (exec-ipc §4.8)', () => {
  it('names the socket and its token', () => {
    const dir = tempDir();
    const socket = { path: ' /x.sock ', token: ' theirs ' };
    placeOpenClawDatabase(dir, { version: 1, socket, agents: {}, future: true });
    expect(readOpenClawApprovals(dir)).toEqual({
      kind: 'database',
      socket: { path: '/x.sock', token: 'theirs' },
    });
  });

  it.each([
    [undefined, (dir: string) => join(dir, 'exec-approvals.sock')],
    ['~/a.sock', () => join(homedir(), 'a.sock')],
  ])('a socket path of %j', (path, expected) => {
    const dir = tempDir();
    placeOpenClawDatabase(dir, { version: 1, socket: { token: 't', ...(path ? { path } : {}) } });
    expect(readOpenClawApprovals(dir)).toMatchObject({ socket: { path: expected(dir) } });
  });

  it('is read without making or changing any file, also in the middle of a write', () => {
    const dir = tempDir();
    const path = placeOpenClawDatabase(dir, { version: 1, socket: { token: 'one' } });
    const before = readFileSync(path);
    readOpenClawApprovals(dir);
    expect(readdirSync(join(dir, 'state'))).toEqual(['openclaw.sqlite']);
    expect(readFileSync(path)).toEqual(before);

    // OpenClaw is running: the newest row is in its write-ahead log.
    const theirs = new DatabaseSync(path);
    theirs
      .prepare('UPDATE exec_approvals_config SET raw_json = ?')
      .run('{"version":1,"socket":{"token":"two"}}');
    expect(readdirSync(join(dir, 'state'))).toContain('openclaw.sqlite-wal');
    expect(readOpenClawApprovals(dir)).toMatchObject({ socket: { token: 'two' } });
    theirs.close();
    expect(readdirSync(dir)).toEqual(['state']);
  });

  it.each<[string, (path: string) => void]>([
    ['no row', (path) => run(path, 'DELETE FROM exec_approvals_config')],
    ['no table', (path) => run(path, 'DROP TABLE exec_approvals_config')],
    [
      'no token',
      (path) => run(path, `UPDATE exec_approvals_config SET raw_json = '{"version":1}'`),
    ],
    ['another version', (path) => run(path, "UPDATE exec_approvals_config SET raw_json = '{}'")],
    ['a blob', (path) => run(path, "UPDATE exec_approvals_config SET raw_json = x'00'")],
    ['no database in it', (path) => writeFileSync(path, 'not a database, but long enough')],
  ])('with %s says so, and never falls back to the file', (_what, damage) => {
    const dir = tempDir();
    damage(placeOpenClawDatabase(dir, { version: 1, socket: { token: 't' } }));
    expect(readOpenClawApprovals(dir)).toMatchObject({
      kind: 'none',
      why: expect.stringContaining('openclaw.sqlite'),
    });
  });
});

const run = (path: string, sql: string) => {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
};

describe('D3: OpenClaw’s folder without a database', () => {
  it('gets our socket into the existing document, every other byte kept', async () => {
    const dir = tempDir();
    const path = join(dir, 'exec-approvals.json');
    const text = '{ "agents" : {"main":{"x":1.50}},\n\t"socket":{"token":"old"}, "version":1 }';
    writeFileSync(path, text, { mode: 0o600 });
    await fileOf(dir).announce(ours);
    expect(readFileSync(path, 'utf8')).toBe(
      text.replace('{"token":"old"}', '{"path":"/ours.sock","token":"our-token"}'),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { ino } = statSync(path);
    await fileOf(dir).announce(ours);
    expect(statSync(path).ino).toBe(ino);
    expect(readdirSync(dir)).toEqual(['exec-approvals.json']);
  });

  it('gets a new document that sets nothing but the socket', async () => {
    const dir = tempDir();
    const { mode } = statSync(dir);
    await fileOf(dir).announce(ours);
    const written = JSON.parse(readFileSync(join(dir, 'exec-approvals.json'), 'utf8'));
    expect(written).toEqual({ version: 1, socket: ours });
    expect(statSync(dir).mode).toBe(mode);
  });

  it.each(['{', '[]', '{"version":2}', '{"version":1,"socket":null}'])(
    'leaves a document alone that it does not understand: %s',
    async (text) => {
      const dir = tempDir();
      const path = join(dir, 'exec-approvals.json');
      writeFileSync(path, text, { mode: 0o600 });
      await expect(fileOf(dir).announce(ours)).rejects.toMatchObject({ code: 'STATE' });
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('S21: does not write through a symbolic link', async () => {
    const [dir, elsewhere] = [tempDir(), join(tempDir(), 'x.json')];
    writeFileSync(elsewhere, '{"version":1}', { mode: 0o600 });
    symlinkSync(elsewhere, join(dir, 'exec-approvals.json'));
    await expect(fileOf(dir).announce(ours)).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
    expect(readFileSync(elsewhere, 'utf8')).toBe('{"version":1}');
  });

  it('is written no more once OpenClaw was updated', async () => {
    const dir = tempDir();
    const approvals = fileOf(dir);
    placeOpenClawDatabase(dir, { version: 1, socket: { token: 't' } });
    await expect(approvals.announce(ours)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(readdirSync(dir)).toEqual(['state']);
  });

  it('is left alone while OpenClaw moves its document', () => {
    const dir = tempDir();
    const path = join(dir, 'exec-approvals.json');
    writeFileSync(path, '{"version":1}', { mode: 0o600 });
    renameSync(path, `${path}.doctor-importing`);
    expect(readOpenClawApprovals(dir)).toMatchObject({ kind: 'none' });
  });
});

it('D3: without OpenClaw nothing is made', () => {
  const dir = join(tempDir(), 'openclaw');
  expect(readOpenClawApprovals(dir)).toMatchObject({ kind: 'none' });
  mkdirSync(dir);
  expect(readOpenClawApprovals(dir)).toMatchObject({ kind: 'file' });
  expect(readdirSync(dir)).toEqual([]);
  rmSync(dir, { recursive: true });
  writeFileSync(dir, 'a file');
  expect(readOpenClawApprovals(dir)).toMatchObject({ kind: 'none' });
});
