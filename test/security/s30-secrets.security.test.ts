import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openAuditLog } from '#host/audit/audit-log.ts';
import { fileSink } from '#host/log/file-sink.ts';
import { createLogger, logLevels, stderrSink } from '#host/log/logger.ts';
import { auditEntry } from '#support/audit.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { tempDir } from '#support/temp-dir.ts';

/** The secret part of each must be nowhere on disk; the rest says what kind it was. */
const commands = [
  ['curl -H "Authorization: Bearer hunter2hunter2" x', 'hunter2'],
  ['OPENAI_API_KEY=sk-proj-hunter2hunter2 run', 'hunter2'],
  ['git clone https://ghp_hunter2hunter2@github.com/x', 'hunter2'],
  ['export K=hunter2 && deploy', 'hunter2'],
  ['psql postgres://app:hunter2@db/x', 'hunter2'],
  ['deploy --password "hunter2 with blanks"', 'hunter2'],
  ['aws AKIAHUNTER2HUNTER22', 'HUNTER2'],
] as const;

const everyFile = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

describe('S30: secrets of refused requests stay out of what is kept', () => {
  it('the audit masks them in every text, on disk as well as in answers', () => {
    const dir = join(tempDir(), 'state');
    const audit = openAuditLog({ path: join(dir, 'audit.sqlite'), log: createFakeLogger() });
    onTestFinished(() => audit.close());
    for (const [command] of commands) {
      const text = { commandText: command, reason: command, error: command, cwd: command };
      const names = {
        executable: command,
        agentId: command,
        sessionKey: command,
        surface: command,
      };
      audit.record(auditEntry({ ...text, ...names, outcome: 'denied', decision: 'deny' }));
    }
    const answers = JSON.stringify(audit.query({}));
    for (const [, secret] of commands) {
      expect(answers).not.toContain(secret);
      expect(everyFile(dir)).not.toContain(secret);
    }
    expect(answers).toContain('…redacted');
  });

  it('the log masks them in fields, lists, nested records and errors', () => {
    const dir = join(tempDir(), 'logs');
    const printed: string[] = [];
    const log = createLogger({
      level: 'debug',
      sinks: [
        fileSink({ path: join(dir, 'companion.jsonl') }),
        stderrSink({ isTTY: true, write: (text) => printed.push(text) }),
      ],
    });
    onTestFinished(() => log.close());
    for (const [command] of commands) {
      const nested = { list: [command], error: new Error(command) };
      log.warn('exec.denied', { command, nested, argv: ['x', '--token', 'hunter2'] });
      log.info('config.read', { token: 'hunter2', gateway: { auth: { password: 'hunter2' } } });
    }
    for (const kept of [everyFile(dir), printed.join('')]) {
      expect(kept).toContain('redacted');
      expect(kept).not.toMatch(/hunter2/i);
    }
  });

  it('the log masks them at every level that a person can choose, while it runs', () => {
    const dir = join(tempDir(), 'logs');
    const log = createLogger({
      level: 'info',
      sinks: [fileSink({ path: join(dir, 'companion.jsonl') })],
    });
    onTestFinished(() => log.close());
    for (const chosen of logLevels) {
      log.setLevel(chosen);
      for (const level of logLevels) {
        for (const [command] of commands) log[level](`${level}.at.${chosen}`, { command });
        log[level]('config.read', { token: 'hunter2', error: new Error('--token hunter2') });
      }
    }
    const kept = everyFile(dir);
    expect(kept).toContain('debug.at.debug');
    expect(kept).not.toContain('debug.at.info');
    expect(kept).not.toMatch(/hunter2/i);
  });
});
