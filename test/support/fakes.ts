import { createHash } from 'node:crypto';
import type { Hasher, Ids, Logger } from '#core/ports.ts';

/** Ids that count, so that failures read the same every time. */
export function createFakeIds(): Ids {
  let next = 0;
  return {
    uuid: () => `00000000-0000-4000-8000-${String(++next).padStart(12, '0')}`,
    token: (bytes) => `token-${bytes}-${++next}`,
  };
}

export const fakeHasher: Hasher = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
};

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

/** Keeps every line for assertions. */
export function createFakeLogger(): Logger & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine['level']) => (event: string, fields?: Readonly<Record<string, unknown>>) => {
      lines.push({ level, event, fields });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
