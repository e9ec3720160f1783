import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import { fileSink } from '#host/log/file-sink.ts';
import { createLineWatch, type LineWatch } from '#host/log/line-watch.ts';
import { createLogger, stderrSink } from '#host/log/logger.ts';
import type { StateDir } from '#host/store/state-dir.ts';

/** What the command line and the environment say, and where the parts of the app are. */
export interface DesktopOptions {
  readonly stateDir: string | undefined;
  /** Gateway port; undefined: what the configuration says. */
  readonly port: number | undefined;
  readonly pages: string;
  readonly preload: string;
  readonly icons: string;
  log(stateDir: StateDir): Logger;
  /** Tells of lines that `log` wrote. */
  readonly logLines: LineWatch;
  /** Nothing can be shown any more: says so and ends. */
  fail(error: unknown): void;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export function desktopOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DesktopOptions {
  const { values } = parseArgs({
    args: argv.slice(1),
    options: { 'state-dir': { type: 'string' }, port: { type: 'string' } },
    // Chromium's own switches are none of our business.
    strict: false,
    allowPositionals: true,
  });
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const port = Number(text(values.port) ?? env.OPENCLAW_GATEWAY_PORT ?? Number.NaN);
  const logLines = createLineWatch();
  let log: Logger | null = null;
  return {
    stateDir: text(values['state-dir']),
    port: Number.isInteger(port) && port >= 0 && port < 65_536 ? port : undefined,
    pages: here('../renderer'),
    preload: here('../preload/index.cjs'),
    icons: here('../../build/icons'),
    logLines,
    log(stateDir) {
      log ??= createLogger({
        level: 'info',
        sinks: [stderrSink(process.stderr), fileSink({ path: stateDir.log }), logLines.sink],
      });
      return log;
    },
    fail(error) {
      console.error(errorText(error));
      process.exit(1);
    },
  };
}
