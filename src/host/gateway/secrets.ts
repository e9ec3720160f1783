import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares secrets in constant time; their lengths do not show either. */
export function secretsEqual(expected: string, presented: string): boolean {
  return timingSafeEqual(digest(expected), digest(presented));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
