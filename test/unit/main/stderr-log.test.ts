import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { createLogger } from '#host/log/logger.ts';
import { desktopStderr } from '#main/stderr-log.ts';

function bench(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  const stream = Object.assign(new EventEmitter(), { isTTY, write });
  const log = createLogger({ level: 'info', sinks: [desktopStderr(stream)] });
  log.info('one');
  log.warn('two');
  log.error('three');
  return { stream, written };
}

it('a terminal gets every line, a file of launchd errors alone', () => {
  expect(bench(true).written).toHaveLength(3);
  const { written } = bench(false);
  expect(written).toEqual([expect.stringContaining('"three"')]);
});

it('a terminal that was closed does not end the app', () => {
  const { stream } = bench(true);
  expect(() => stream.emit('error', new Error('write EPIPE'))).not.toThrow();
});
