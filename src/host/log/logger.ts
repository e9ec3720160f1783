import { displayText } from '#core/display.ts';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import { redactFields } from '#core/redact-fields.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One line of the log, already redacted. */
export interface LogRecord {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: LogLevel;
  readonly event: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface LogSink {
  /** May throw: the logger reports that to its other sinks, once per distinct failure. */
  write(record: LogRecord): void;
  close?(): void;
}

export interface LoggerOptions {
  /** Lines below it are dropped, until {@link LiveLogger.setLevel}. */
  readonly level: LogLevel;
  readonly sinks: readonly LogSink[];
  /** Unix time in ms. */
  readonly now?: () => number;
}

export interface LiveLogger extends Logger {
  level(): LogLevel;
  /** Holds from the next line on. */
  setLevel(level: LogLevel): void;
  close(): void;
}

/** Redacts fields (S30) and hands each line to every sink. Logging never throws. */
export function createLogger(options: LoggerOptions): LiveLogger {
  const { sinks, now = Date.now } = options;
  let least = options.level;
  const broken = new Map<LogSink, string>();

  const report = (failed: LogSink, time: string, error: unknown) => {
    const reason = errorText(error);
    if (broken.get(failed) === reason) return;
    broken.set(failed, reason);
    for (const sink of sinks) {
      if (sink === failed) continue;
      try {
        sink.write({ time, level: 'error', event: 'log.sink.failed', fields: { reason } });
      } catch {
        // That sink is broken as well; its own failure is reported with the next line.
      }
    }
  };
  const deliver = (record: LogRecord) => {
    for (const sink of sinks) {
      try {
        sink.write(record);
        broken.delete(sink);
      } catch (error) {
        report(sink, record.time, error);
      }
    }
  };
  const at = (own: LogLevel): Logger['info'] => {
    return (event, fields) => {
      if (!reaches(own, least)) return;
      const base = { time: new Date(now()).toISOString(), level: own, event };
      deliver(fields === undefined ? base : { ...base, fields: redactFields(fields) });
    };
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    level: () => least,
    setLevel(level) {
      least = level;
    },
    close() {
      for (const sink of sinks) sink.close?.();
    },
  };
}

/** Whether a line of this level is one of `least` and above. */
export function reaches(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(least);
}

/** For programs whose stderr belongs to their result. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Where {@link stderrSink} writes; `process.stderr` fits. */
export interface LogStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** JSON lines, or one readable line each when a person watches a terminal. */
export function stderrSink(stream: LogStream): LogSink {
  const format = stream.isTTY ? readableLine : jsonLine;
  return { write: (record) => void stream.write(format(record)) };
}

export function jsonLine(record: LogRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Nothing in a field is interpreted by the terminal (S6). */
function readableLine({ time, level, event, fields = {} }: LogRecord): string {
  const pairs = fieldsText(fields);
  const line = `${time.slice(11, 19)} ${level.padEnd(5)} ${event}${pairs && ` ${pairs}`}`;
  return `${displayText(line).text}\n`;
}

/** `name=value`, one blank between them; not made safe to show. */
export function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
      return `${name}=${text}`;
    })
    .join(' ');
}
