import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileSink } from '#host/log/file-sink.ts';
import { createLogger, type LogRecord, stderrSink } from '#host/log/logger.ts';
import { tempDir } from '#support/temp-dir.ts';

const now = () => Date.UTC(2026, 0, 2, 3, 4, 5);

function memoryStream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

describe('createLogger', () => {
  it('writes one JSON line per event, redacted, from the level on', () => {
    const stream = memoryStream(false);
    const log = createLogger({ level: 'info', sinks: [stderrSink(stream)], now });
    log.debug('not.kept');
    log.info('kept', { token: 'abc', count: 1 });
    log.warn('bare');
    expect(stream.written).toEqual([
      '{"time":"2026-01-02T03:04:05.000Z","level":"info","event":"kept","fields":{"token":"…redacted","count":1}}\n',
      '{"time":"2026-01-02T03:04:05.000Z","level":"warn","event":"bare"}\n',
    ]);
  });

  it('takes another level from the next line on, also through functions handed on before', () => {
    const stream = memoryStream(false);
    const log = createLogger({ level: 'info', sinks: [stderrSink(stream)], now });
    const { debug, info } = log;
    debug('dropped.at.info');
    log.setLevel('debug');
    debug('kept.at.debug');
    log.setLevel('warn');
    info('dropped.at.warn');
    log.warn('kept.at.warn');
    expect(log.level()).toBe('warn');
    const events = stream.written.map((line) => JSON.parse(line).event);
    expect(events).toEqual(['kept.at.debug', 'kept.at.warn']);
  });

  it('is readable on a terminal, where no field is interpreted (S6)', () => {
    const stream = memoryStream(true);
    const log = createLogger({ level: 'debug', sinks: [stderrSink(stream)], now });
    log.error('broken', { why: 'a\u001B[2Kb\nc', nested: { x: 1 } });
    expect(stream.written).toEqual([
      '03:04:05 error broken why=a\\u{1B}[2Kb\\u{A}c nested={"x":1}\n',
    ]);
  });

  it('reports a sink that fails to the others, once, and goes on', () => {
    const stream = memoryStream(false);
    const broken = {
      write: () => {
        throw new Error('disk full');
      },
    };
    const log = createLogger({ level: 'info', sinks: [broken, stderrSink(stream)], now });
    log.info('one');
    log.info('two');
    const events = stream.written.map((line) => JSON.parse(line).event);
    expect(events).toEqual(['log.sink.failed', 'one', 'two']);
  });

  it('survives when every sink fails', () => {
    const broken = {
      write: () => {
        throw new Error('gone');
      },
    };
    const log = createLogger({ level: 'info', sinks: [broken, broken], now });
    expect(() => log.info('lost')).not.toThrow();
  });
});

describe('fileSink', () => {
  const record = (event: string): LogRecord => ({ time: 't', level: 'info', event });

  function bench(limits: { maxBytes?: number; maxFiles?: number } = {}) {
    const dir = join(tempDir(), 'logs');
    const path = join(dir, 'companion.jsonl');
    const open = () => {
      const sink = fileSink({ path, ...limits });
      onTestFinished(() => sink.close());
      return sink;
    };
    const eventsIn = (name: string) =>
      readFileSync(join(dir, name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).event);
    return { dir, path, open, eventsIn };
  }

  it('keeps private files, whatever the umask', () => {
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const { dir, path, open } = bench();
    open().write(record('one'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it('rotates by size, keeps the newest files and loses no line of them', () => {
    const lineBytes = Buffer.byteLength('{"time":"t","level":"info","event":"e00"}\n');
    const { dir, open, eventsIn } = bench({ maxBytes: 2 * lineBytes, maxFiles: 3 });
    const sink = open();
    for (let index = 0; index < 9; index += 1) sink.write(record(`e0${index}`));
    expect(readdirSync(dir).sort()).toEqual([
      'companion.1.jsonl',
      'companion.2.jsonl',
      'companion.jsonl',
    ]);
    expect(eventsIn('companion.2.jsonl')).toEqual(['e04', 'e05']);
    expect(eventsIn('companion.1.jsonl')).toEqual(['e06', 'e07']);
    expect(eventsIn('companion.jsonl')).toEqual(['e08']);
  });

  it('keeps five backups beside the file in use (app-features §11)', () => {
    const { dir, open } = bench({ maxBytes: 1 });
    const sink = open();
    for (let index = 0; index < 9; index += 1) sink.write(record(`e${index}`));
    expect(readdirSync(dir).sort()).toEqual([
      ...[1, 2, 3, 4, 5].map((number) => `companion.${number}.jsonl`),
      'companion.jsonl',
    ]);
  });

  it('goes on where it stopped after a restart, and counts what is there', () => {
    const { open, eventsIn, dir } = bench({ maxBytes: 100, maxFiles: 2 });
    const first = open();
    first.write(record('one'));
    first.close();
    first.write(record('after the end'));
    const second = open();
    second.write(record('two'));
    second.write(record('three'));
    expect(eventsIn('companion.1.jsonl')).toEqual(['one', 'two']);
    expect(eventsIn('companion.jsonl')).toEqual(['three']);
    expect(readdirSync(dir)).toHaveLength(2);
  });

  it('writes a line longer than a file whole', () => {
    const { open, eventsIn } = bench({ maxBytes: 10, maxFiles: 2 });
    const sink = open();
    sink.write(record('first'));
    sink.write(record('second'));
    expect(eventsIn('companion.1.jsonl')).toEqual(['first']);
    expect(eventsIn('companion.jsonl')).toEqual(['second']);
  });

  it('refuses a log that is a symbolic link (S21)', () => {
    const { dir, path, open } = bench();
    open().close();
    const target = join(tempDir(), 'elsewhere');
    writeFileSync(target, '');
    symlinkSync(target, join(dir, 'linked.jsonl'));
    expect(() => fileSink({ path: join(dir, 'linked.jsonl') })).toThrow('symbolic link');
    expect(statSync(path).isFile()).toBe(true);
  });
});
