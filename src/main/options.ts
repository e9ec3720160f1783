import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fileSink } from '#host/log/file-sink.ts';
import { createLineWatch, type LineWatch } from '#host/log/line-watch.ts';
import { createLogger, type LiveLogger } from '#host/log/logger.ts';
import type { ForeignCredentials } from '#host/store/openclaw-config.ts';
import { ensurePrivateDir, type StateDir } from '#host/store/state-dir.ts';
import { desktopStderr } from './stderr-log.ts';

/** What the command line and the environment say, and where the parts of the app are. */
export interface DesktopOptions {
  readonly stateDir: string | undefined;
  /** Gateway port; undefined: what the configuration says. */
  readonly port: number | undefined;
  /** For a Gateway on that port that is not ours; null: none were named. */
  readonly foreignCredentials: ForeignCredentials | null;
  readonly pages: string;
  readonly preload: string;
  readonly icons: string;
  /** Arguments with which a copy that is started later means the same. */
  again(stateDir: StateDir): readonly string[];
  /**
   * Its level is the one of the configuration, once that has been read.
   * @throws CompanionError UNSAFE_PATH when the file cannot be trusted.
   */
  log(stateDir: StateDir): LiveLogger;
  /** The same for what is said at the end: stderr alone where there can be no file. */
  lastWords(stateDir: StateDir): LiveLogger;
  /** Tells of lines that `log` wrote. */
  readonly logLines: LineWatch;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Takes the token out of `env`: nothing that we start inherits it. */
export function desktopOptions(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): DesktopOptions {
  const { values } = parseArgs({
    args: argv.slice(1),
    options: { 'state-dir': { type: 'string' }, port: { type: 'string' } },
    // Chromium's own switches are none of our business.
    strict: false,
    allowPositionals: true,
  });
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const named = text(values['state-dir']);
  // Blank is not given: as a number it would be 0.
  const given = text(values.port)?.trim() || env.OPENCLAW_GATEWAY_PORT?.trim();
  const number = given ? Number(given) : Number.NaN;
  const port = Number.isInteger(number) && number >= 0 && number < 65_536 ? number : undefined;
  const token = env.OPENCLAW_GATEWAY_TOKEN?.trim();
  delete env.OPENCLAW_GATEWAY_TOKEN;
  return {
    stateDir: named,
    port,
    foreignCredentials: token ? { token } : null,
    pages: here('../renderer'),
    preload: here('../preload/index.cjs'),
    icons: here('../../build/icons'),
    again: ({ root }) => [
      ...(named?.trim() ? [`--state-dir=${root}`] : []),
      ...(port === undefined ? [] : [`--port=${port}`]),
    ],
    ...desktopLog(),
  };
}

function desktopLog(): Pick<DesktopOptions, 'log' | 'lastWords' | 'logLines'> {
  const logLines = createLineWatch();
  const stderr = desktopStderr(process.stderr);
  let log: LiveLogger | null = null;
  const open = ({ root, log: path }: StateDir): LiveLogger => {
    // No log in a folder that others can change.
    ensurePrivateDir(root);
    log ??= createLogger({ level: 'info', sinks: [stderr, fileSink({ path }), logLines.sink] });
    return log;
  };
  return {
    logLines,
    log: open,
    lastWords(stateDir) {
      try {
        return open(stateDir);
      } catch {
        // It may be the very reason for the end, which the caller tells.
        return createLogger({ level: 'info', sinks: [stderr] });
      }
    },
  };
}
