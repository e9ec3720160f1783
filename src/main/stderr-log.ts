import { type LogSink, type LogStream, reaches, stderrSink } from '#host/log/logger.ts';

interface ErrorStream extends LogStream {
  on(event: 'error', listener: () => void): unknown;
}

/** Everything for a person at a terminal; launchd keeps the rest in a file that nobody rotates. */
export function desktopStderr(stream: ErrorStream): LogSink {
  // The terminal we were started from may be gone. That is no reason to end.
  stream.on('error', () => undefined);
  const sink = stderrSink(stream);
  if (stream.isTTY) return sink;
  return {
    write(record) {
      if (reaches(record.level, 'error')) sink.write(record);
    },
  };
}
