import { redactedMark, redactSecrets } from './redact.ts';
import { namesSecret } from './secret-names.ts';

/** Deeper than any record of ours; a hostile one must not exhaust the stack. */
const maxDepth = 8;

/**
 * A copy of a log record that is safe to keep and to encode as JSON: secrets masked by field name
 * and by shape (S30), everything JSON cannot hold turned into text. Never throws.
 */
export function redactFields(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactObject(record, [record]);
}

function redactObject(value: object, path: readonly object[]): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) {
    const field = readField(value, key);
    const secret = namesSecret(key) && field !== null && typeof field !== 'boolean';
    copy[redactSecrets(key)] =
      secret && typeof field !== 'number' ? redactedMark : redactValue(field, path);
  }
  return copy;
}

function readField(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    // A getter that throws must not stop a log line.
    return '[unreadable]';
  }
}

function redactValue(value: unknown, path: readonly object[]): unknown {
  switch (typeof value) {
    case 'string':
      return redactSecrets(value);
    case 'object':
      return value === null ? null : redactNested(value, path);
    case 'bigint':
      return value.toString();
    case 'symbol':
    case 'function':
      return `[${typeof value}]`;
    default:
      return value;
  }
}

function redactNested(value: object, path: readonly object[]): unknown {
  if (path.includes(value)) return '[circular]';
  if (path.length >= maxDepth) return '[deep]';
  const inner = [...path, value];
  if (Array.isArray(value)) return redactList(value, inner);
  if (value instanceof Error) return redactError(value, inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return redactList([...value], inner);
  return redactObject(value, inner);
}

/** In a list of arguments the secret may stand behind its option. */
function redactList(list: readonly unknown[], path: readonly object[]): unknown[] {
  return list.map((item, index) => {
    const before = list[index - 1];
    const announced =
      typeof item === 'string' && typeof before === 'string' && /^--?[^=]+$/.test(before);
    return announced && namesSecret(before) ? redactedMark : redactValue(item, path);
  });
}

function redactError(error: Error, path: readonly object[]): Record<string, unknown> {
  const { name, message, cause } = error;
  const code = readField(error, 'code');
  return {
    name,
    message: redactSecrets(String(message)),
    ...(typeof code === 'string' ? { code } : {}),
    ...(cause === undefined ? {} : { cause: redactValue(cause, path) }),
  };
}
