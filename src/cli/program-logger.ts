import { fileSink } from '#host/log/file-sink.ts';
import {
  createLogger,
  type LiveLogger,
  type LogLevel,
  type LogSink,
  stderrSink,
} from '#host/log/logger.ts';
import type { Environment } from './context.ts';

/**
 * Log of a program: warnings go to stderr (everything with `OPENCLAW_COMPANION_LOG=debug`), and
 * all of its level to the file if it has one.
 */
export function programLogger(
  env: Environment,
  file: { readonly path: string; readonly level: LogLevel } | null,
): LiveLogger {
  const debug = env.OPENCLAW_COMPANION_LOG === 'debug';
  const stderr = stderrSink(process.stderr);
  const sinks: readonly LogSink[] = [
    debug ? stderr : warningsOnly(stderr),
    ...(file ? [fileSink({ path: file.path })] : []),
  ];
  return createLogger({ level: debug ? 'debug' : (file?.level ?? 'warn'), sinks });
}

function warningsOnly(sink: LogSink): LogSink {
  return {
    write(record) {
      if (record.level === 'warn' || record.level === 'error') sink.write(record);
    },
  };
}
