import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAuditLog } from '#host/audit/audit-log.ts';
import { createHistory } from '#host/audit/history.ts';
import { auditEntry } from '#support/audit.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { tempDir } from '#support/temp-dir.ts';

function bench(path = join(tempDir(), 'state', 'audit.sqlite')) {
  const log = createFakeLogger();
  const open = () => {
    const audit = openAuditLog({ path, log, now: () => 42 });
    onTestFinished(() => audit.close());
    return audit;
  };
  return { path, log, open };
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('rows (AP-16)', () => {
  it('come back as they were, newest first, within what was asked for', () => {
    const { open } = bench();
    const audit = open();
    const entries = [1_000, 3_000, 2_000, 3_000].map((atMs, index) =>
      auditEntry({ atMs, requestId: `request-${index}` }),
    );
    for (const entry of entries) audit.record(entry);
    const found = audit.query({});
    expect(found.map((row) => row.requestId)).toEqual([
      'request-3',
      'request-1',
      'request-2',
      'request-0',
    ]);
    expect(found[3]).toEqual({ ...entries[0], seq: 1 });
    expect(audit.query({ sinceMs: 2_000, limit: 2 }).map((row) => row.seq)).toEqual([4, 2]);
  });

  it('can be asked for without what a person did with the companion itself', () => {
    const audit = bench().open();
    audit.record(auditEntry({ requestId: 'asked' }));
    for (const outcome of ['denied', 'cancelled', 'allowed'] as const)
      audit.record(auditEntry({ transport: 'companion', outcome }));
    const found = audit.query({ decisionsOnly: true, limit: 2 });
    expect(found.map(({ requestId }) => requestId)).toEqual(['asked']);
    expect(audit.query({})).toHaveLength(4);
  });

  it('survive a restart', () => {
    const { open } = bench();
    const first = open();
    first.record(auditEntry());
    first.close();
    expect(open().query({})).toHaveLength(1);
  });

  it('hold fractions, NUL and lone surrogates without losing the row', () => {
    const { open, log } = bench();
    const audit = open();
    audit.record(auditEntry({ latencyMs: 1.6, commandText: 'a\0b \uD800 c', exitCode: null }));
    expect(audit.query({})[0]).toMatchObject({
      latencyMs: 2,
      commandText: 'a\uFFFDb \uFFFD c',
      exitCode: null,
    });
    expect(log.lines).toEqual([]);
  });

  it('keep what was allowed whole, and of the rest enough to recognise it (S26)', () => {
    const { open } = bench();
    const audit = open();
    const text = 'x'.repeat(60_000);
    audit.record(auditEntry({ commandText: text }));
    const cut = `${'x'.repeat(1_000)}…`;
    audit.record(auditEntry({ outcome: 'cancelled', commandText: text, cwd: text, agentId: text }));
    expect(audit.query({})).toMatchObject([
      { commandText: cut, cwd: cut, agentId: cut },
      { commandText: text },
    ]);
  });

  it('are in the file when the turn that recorded them is over', async () => {
    const { open, path } = bench();
    const audit = open();
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    const count = () => other.prepare('SELECT count(*) AS rows FROM decisions').get()?.rows;
    for (const _ of [1, 2, 3]) audit.record(auditEntry());
    expect(count()).toBe(0);
    await new Promise(setImmediate);
    expect(count()).toBe(3);
  });

  it('cannot be changed or deleted through the database', async () => {
    const { open, path } = bench();
    open().record(auditEntry());
    await new Promise(setImmediate);
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    expect(() => other.exec('DELETE FROM decisions')).toThrow('only ever added');
    expect(() => other.exec("UPDATE decisions SET outcome = 'denied'")).toThrow('only ever added');
  });
});

describe('the files', () => {
  it('are private from birth whatever the umask, -wal and -shm included', () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const { open, path } = bench();
    open().record(auditEntry());
    const names = readdirSync(join(path, '..')).sort();
    expect(names).toEqual(['audit.sqlite', 'audit.sqlite-shm', 'audit.sqlite-wal']);
    for (const name of names) expect(modeOf(join(path, '..', name)), name).toBe('600');
    expect(modeOf(join(path, '..'))).toBe('700');
  });

  it('are closed again when others could read them', () => {
    const { open, path } = bench();
    open().close();
    chmodSync(path, 0o644);
    open();
    expect(modeOf(path)).toBe('600');
  });

  it.each(['', '-wal', '-shm'])(
    'are refused as a symbolic link (audit.sqlite%s, S21)',
    (suffix) => {
      const { open, path } = bench();
      open().close();
      const target = join(tempDir(), 'elsewhere');
      writeFileSync(target, '');
      const linked = suffix === '' ? join(path, '..', 'other.sqlite') : path;
      symlinkSync(target, `${linked}${suffix}`);
      expect(() => openAuditLog({ path: linked, log: createFakeLogger() })).toThrow(
        'symbolic link',
      );
      expect(readFileSync(target, 'utf8')).toBe('');
    },
  );

  it('are refused with a second hard link', () => {
    const { open, path } = bench();
    open().close();
    linkSync(path, join(tempDir(), 'second'));
    expect(() => open()).toThrow('second hard link');
  });
});

describe('a damaged database', () => {
  it('is moved aside at the start and a new one is begun, with a log line', () => {
    const { open, path, log } = bench();
    mkdirSync(join(path, '..'), { mode: 0o700 });
    writeFileSync(path, 'this is no database, but somebody may want it back', { mode: 0o600 });
    const audit = open();
    audit.record(auditEntry());
    expect(audit.query({})).toHaveLength(1);
    expect(readFileSync(`${path}.damaged-42`, 'utf8')).toContain('no database');
    expect(log.lines.map((line) => line.event)).toEqual(['audit.database.damaged']);
  });

  it('never overwrites one that was moved aside before', () => {
    const { open, path } = bench();
    mkdirSync(join(path, '..'), { mode: 0o700 });
    for (const text of ['first, long enough to be read', 'second, long enough to be read']) {
      writeFileSync(path, text, { mode: 0o600 });
      open().close();
    }
    expect(readFileSync(`${path}.damaged-42`, 'utf8')).toContain('first');
    expect(readFileSync(`${path}.damaged-42-1`, 'utf8')).toContain('second');
  });

  it('that shows only while writing loses no new row', () => {
    const { open, path } = bench();
    const first = open();
    for (let index = 0; index < 500; index += 1)
      first.record(auditEntry({ requestId: `${index}` }));
    first.close();
    const bytes = readFileSync(path);
    // Page 1 stays whole, so that it opens; the rows behind it are gone.
    writeFileSync(
      path,
      Buffer.concat([bytes.subarray(0, 4_096), Buffer.alloc(bytes.length - 4_096, 0xff)]),
    );
    const audit = open();
    audit.record(auditEntry({ requestId: 'after' }));
    expect(audit.query({}).map((row) => row.requestId)).toEqual(['after']);
    expect(audit.health()).toMatchObject({ failure: null, lost: 0 });
    expect(readdirSync(join(path, '..'))).toContain('audit.sqlite.damaged-42');
  });

  it('is left alone when a newer version wrote it', () => {
    const { open, path } = bench();
    open().close();
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => open()).toThrow('newer version');
    expect(readdirSync(join(path, '..'))).toEqual(['audit.sqlite']);
  });
});

describe('a database of version 1', () => {
  /** As the version before wrote it: the same rows, fewer indexes. */
  function makeOld(path: string, kept: readonly string[] = []): void {
    const database = new DatabaseSync(path);
    const names = ['decisions_brief', 'decisions_by_agent', 'decisions_by_rules'];
    for (const name of names) if (!kept.includes(name)) database.exec(`DROP INDEX ${name}`);
    database.exec('PRAGMA user_version = 1');
    database.close();
  }

  function describeFile(path: string) {
    const database = new DatabaseSync(path, { readOnly: true });
    const version = database.prepare('PRAGMA user_version').get()?.user_version;
    const indexes = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")
      .all()
      .map(({ name }) => name);
    database.close();
    return { version, indexes };
  }

  const current = {
    version: 3,
    indexes: ['decisions_brief', 'decisions_by_agent', 'decisions_by_rules', 'decisions_by_time'],
  };

  function oldBench(kept?: readonly string[]) {
    const made = bench();
    const first = made.open();
    first.record(auditEntry());
    first.close();
    makeOld(made.path, kept);
    return made;
  }

  it.each([[[]], [['decisions_by_agent']]])(
    'is brought up to date in place, also where that had begun (%j)',
    (kept) => {
      const { open, path, log } = oldBench(kept);
      expect(describeFile(path).version).toBe(1);
      const audit = open();
      expect(audit.query({})).toEqual([{ ...auditEntry(), seq: 1 }]);
      audit.close();
      expect(describeFile(path)).toEqual(current);
      open().close();
      expect(describeFile(path)).toEqual(current);
      expect(log.lines).toEqual([]);
    },
  );

  it('that cannot be brought up to date is read and written all the same', async () => {
    const { open, path, log } = oldBench();
    const blocker = new DatabaseSync(path);
    onTestFinished(() => blocker.close());
    blocker.exec('BEGIN IMMEDIATE');
    const audit = open();
    blocker.exec('COMMIT');
    expect(log.lines.map((line) => line.event)).toEqual(['audit.upgrade.failed']);
    audit.record(auditEntry({ ruleId: 'rule-1', agentId: 'other' }));
    expect(audit.health()).toMatchObject({ failure: null, lost: 0 });
    const history = createHistory({ audit, now: () => 0 });
    const found = await history.search({ filter: { agent: 'other' }, before: null, limit: 10 });
    expect(found.rows.map(({ seq }) => seq)).toEqual([2]);
    expect(history.usesOfRules()).toEqual(new Map([['rule-1', 1]]));
    expect(describeFile(path)).toEqual({ version: 1, indexes: ['decisions_by_time'] });
  });
});

/** Another program in the middle of a write: our own fails, as it would on a full disk. */
function lock(path: string) {
  const blocker = new DatabaseSync(path);
  onTestFinished(() => blocker.close());
  blocker.exec('BEGIN IMMEDIATE');
  return { release: () => blocker.exec('COMMIT') };
}

describe('a failing write', () => {
  it('loses no row: all are written, in order, once there is room again', () => {
    const { open, path, log } = bench();
    const audit = open();
    const { release } = lock(path);
    for (const requestId of ['1', '2']) audit.record(auditEntry({ requestId }));
    expect(audit.health()).toMatchObject({ waiting: 2, lost: 0, failure: expect.any(String) });
    audit.record(auditEntry({ requestId: '3' }));
    expect(audit.health()).toMatchObject({ waiting: 3 });
    release();
    const rows = audit.query({}).toSorted((a, b) => a.seq - b.seq);
    expect(rows.map(({ requestId }) => requestId)).toEqual(['1', '2', '3']);
    expect(audit.health()).toEqual({ path, waiting: 0, lost: 0, failure: null });
    expect(log.lines.map(({ event }) => event)).toEqual([
      'audit.write.failed',
      'audit.write.works-again',
    ]);
  });

  it('is tried again with the next row, without anybody looking', async () => {
    const { open, path } = bench();
    const audit = open();
    const { release } = lock(path);
    audit.record(auditEntry());
    audit.health();
    release();
    audit.record(auditEntry());
    await nextTurn();
    const reader = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => reader.close());
    expect(reader.prepare('SELECT count(*) AS rows FROM decisions').get()).toEqual({ rows: 2 });
  });

  it('keeps the newest thousand, and counts what it lost', () => {
    const { open, path } = bench();
    const audit = open();
    const { release } = lock(path);
    for (let at = 1; at <= 1_003; at += 1) audit.record(auditEntry({ requestId: `${at}` }));
    expect(audit.health()).toMatchObject({ waiting: 1_000, lost: 3 });
    release();
    const ids = audit.query({ limit: 5_000 }).map(({ requestId }) => Number(requestId));
    expect(Math.min(...ids)).toBe(4);
  });

  it('of a row that cannot be written at all holds up no other', () => {
    const { open, log } = bench();
    const audit = open();
    audit.record(auditEntry({ requestId: {} as never }));
    audit.record(auditEntry({ requestId: 'after' }));
    expect(audit.query({}).map(({ requestId }) => requestId)).toEqual(['after']);
    expect(audit.health()).toMatchObject({ waiting: 0, lost: 1 });
    expect(log.lines.map(({ event }) => event)).toEqual(['audit.write.failed']);
  });

  it('at the end and after it is lost, logged, and never thrown', () => {
    const { open, path, log } = bench();
    const audit = open();
    const { release } = lock(path);
    audit.record(auditEntry());
    audit.close();
    release();
    audit.record(auditEntry());
    expect(audit.health()).toMatchObject({ waiting: 0, lost: 2 });
    expect(log.lines.map(({ event }) => event)).toContain('audit.rows.lost');
  });
});
