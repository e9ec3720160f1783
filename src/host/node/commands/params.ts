import type { z } from 'zod';
import { CompanionError } from '#core/errors.ts';

/**
 * Parameters of one node command (node-commands §1.6).
 * @throws CompanionError INVALID_REQUEST; the text names the wrong field, never its value (S30).
 */
export function commandParams<T extends z.ZodType>(schema: T, params: unknown): z.output<T> {
  if (params === undefined) {
    throw new CompanionError('INVALID_REQUEST', 'INVALID_REQUEST: paramsJSON required');
  }
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? issue.path.join('.') : 'params';
  throw new CompanionError(
    'INVALID_REQUEST',
    `INVALID_REQUEST: ${where.slice(0, 100)}: ${issue?.code ?? 'invalid'}`,
  );
}
