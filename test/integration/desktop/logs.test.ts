import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { rotatedLog } from '#host/log/file-sink.ts';
import { createLogBench } from '#support/log-bundle.ts';
import { tempDir } from '#support/temp-dir.ts';

describe('the tail of the log', () => {
  it('is empty before anything was logged, and names the file', async () => {
    const { tail, stateDir } = createLogBench();
    expect(await tail()).toEqual({ lines: [], path: stateDir.log, written: 'info' });
  });

  it('is of a level and above, newest last, in words that are safe to show', async () => {
    const { log, tail } = createLogBench();
    log('first', { level: 'debug' });
    log('second', { fields: { why: 'a\u001B[2Kb', at: { port: 1 } } });
    log('third\u202E', { level: 'error' });
    expect((await tail()).lines.map(({ event }) => event)).toEqual([
      'first',
      'second',
      'third\\u{202E}',
    ]);
    const [second, third] = (await tail('info')).lines;
    expect(second).toEqual({
      atMs: Date.UTC(2026, 10, 21, 14, 5),
      level: 'info',
      event: 'second',
      text: 'why=a\\u{1B}[2Kb at={"port":1}',
    });
    expect(third?.text).toBe('');
    expect((await tail('error')).lines).toHaveLength(1);
    expect((await tail('debug', 1)).lines.map(({ level }) => level)).toEqual(['error']);
  });

  it('leaves out what is no line of the log, and cuts one that no page could show', async () => {
    const { log, tail, stateDir } = createLogBench();
    appendFileSync(stateDir.log, 'Error: not ours\n{"level":"info"}\n[]\n\n');
    log('long', { fields: { text: 'x'.repeat(50_000) } });
    const { lines } = await tail();
    expect(lines).toHaveLength(1);
    expect(lines[0]?.text).toHaveLength(1_001);
  });

  it('goes on in the file before, right after a rotation', async () => {
    const { log, tail, stateDir } = createLogBench();
    log('older', {}, rotatedLog(stateDir.log, 1));
    log('newer');
    expect((await tail()).lines.map(({ event }) => event)).toEqual(['older', 'newer']);
  });

  it('reads a bounded part of the end, however large the log is', async () => {
    const { tail, stateDir } = createLogBench();
    const line = (event: string) =>
      `${JSON.stringify({ time: '2026-11-21T14:05:00.000Z', level: 'info', event })}\n`;
    const many = line('other').repeat(20_000);
    writeFileSync(stateDir.log, line('lost') + many + line('last'));
    writeFileSync(rotatedLog(stateDir.log, 1), line('never read'));
    const { lines } = await tail('debug', 1_000);
    expect(lines).toHaveLength(1_000);
    expect(lines.at(-1)?.event).toBe('last');
    const all = (await tail('debug', 1_000_000)).lines;
    expect(all.length).toBeLessThan(10_000);
    expect(all.map(({ event }) => event)).not.toContain('never read');
  });

  it('tells once that the log grew, after each look', async () => {
    const { log, tail, grown } = createLogBench();
    log('before anybody looked');
    expect(grown()).toBe(0);
    await tail();
    log('one');
    log('two');
    expect(grown()).toBe(1);
    await tail();
    log('three');
    expect(grown()).toBe(2);
  });
});

describe('what is written down', () => {
  const events = async ({ tail }: ReturnType<typeof createLogBench>) =>
    (await tail()).lines.map(({ event }) => event);

  it('changes at once, is kept, and leaves the rest of the file as it is', async () => {
    const bench = createLogBench();
    const { logger, config, write, tail } = bench;
    config.put('{"version":1,"mine":2,"log":{"later":true}}');
    logger.debug('too.fine');
    await write('debug');
    logger.debug('fine');
    await write('warn');
    logger.info('too.plain');
    logger.warn('problem');
    expect(await events(bench)).toEqual(['fine', 'problem']);
    expect((await tail()).written).toBe('warn');
    expect(JSON.parse(config.text())).toEqual({
      version: 1,
      mine: 2,
      log: { later: true, level: 'warn' },
    });
  });

  it('what cannot be kept does not hold', async () => {
    const bench = createLogBench();
    bench.config.put('{ damaged');
    await expect(bench.write('debug')).rejects.toMatchObject({ code: 'STATE' });
    bench.logger.debug('too.fine');
    expect(await events(bench)).toEqual([]);
    expect((await bench.tail()).written).toBe('info');
    expect(bench.config.text()).toBe('{ damaged');
  });
});

describe('exporting logs', () => {
  it('writes nothing when no place is chosen', async () => {
    const { fake, export: save } = createLogBench();
    expect(await save()).toBe(null);
    expect(fake.saveDialog.asked[0]?.defaultPath).toMatch(
      /\/openclaw-companion-logs-2026-11-21\.json$/,
    );
  });

  it('has versions, status, rules and lines, in a file for this user alone', async () => {
    const document = {
      version: 1,
      agents: {
        main: {
          allowlist: [
            { pattern: '/usr/bin/git', argPattern: '^status$' },
            { pattern: '/usr/bin/curl', argPattern: '^--token abcdef123456$' },
          ],
        },
      },
    } as const;
    const {
      log,
      fake,
      export: save,
    } = createLogBench({
      document: structuredClone(document) as never,
    });
    log('hello', { fields: { n: 1 } });
    const path = join(tempDir(), 'bundle.json');
    writeFileSync(path, 'old', { mode: 0o666 });
    fake.saveDialog.path = path;
    expect(await save()).toEqual({ path });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const bundle = JSON.parse(readFileSync(path, 'utf8'));
    expect(bundle).toMatchObject({
      createdAt: '2026-11-21T00:00:00.000Z',
      product: { version: '0.1.0', bundleId: 'ai.openclaw.companion' },
      status: { gateway: { mode: 'own' } },
      log: [{ event: 'hello', fields: { n: 1 } }],
    });
    const rules = bundle.policy.agents.flatMap(
      ({ rules }: { rules: Record<string, unknown>[] }) => rules,
    );
    expect(rules).toHaveLength(2);
    expect(rules[0]).not.toHaveProperty('argPattern');
    // Nothing around a secret is worth a risk.
    expect(rules[1].scope).toBe('left out: it holds a secret');
    expect(JSON.stringify(bundle)).not.toContain('abcdef123456');
  });

  it('ES-13: asks for one place at a time, however often a page wants to', async () => {
    const { fake, export: save } = createLogBench();
    fake.saveDialog.path = join(tempDir(), 'bundle.json');
    const all = await Promise.all([save(), save(), save()]);
    expect(all).toEqual(Array.from({ length: 3 }, () => ({ path: fake.saveDialog.path })));
    expect(fake.saveDialog.asked).toHaveLength(1);
    await save();
    expect(fake.saveDialog.asked).toHaveLength(2);
  });

  it('does not follow a link that lies where it goes', async () => {
    const { fake, export: save } = createLogBench();
    const dir = tempDir();
    const target = join(dir, 'target');
    writeFileSync(target, 'mine');
    symlinkSync(target, join(dir, 'bundle.json'));
    fake.saveDialog.path = join(dir, 'bundle.json');
    await save();
    expect(readFileSync(target, 'utf8')).toBe('mine');
  });

  it('says where it could not be written', async () => {
    const { fake, export: save } = createLogBench();
    const path = join(tempDir(), 'taken');
    mkdirSync(path);
    fake.saveDialog.path = path;
    await expect(save()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(path),
    });
  });

  it('works while the companion starts', async () => {
    const { fake, export: save } = createLogBench({
      status: () => {
        throw new CompanionError('UNAVAILABLE', 'The companion is still starting');
      },
    });
    fake.saveDialog.path = join(tempDir(), 'bundle.json');
    await save();
    expect(JSON.parse(readFileSync(fake.saveDialog.path, 'utf8')).status).toBe(null);
  });
});
