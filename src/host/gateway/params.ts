import type { z } from 'zod';
import { CompanionError } from '#core/errors.ts';

/** A hostile frame can break thousands of rules; its answer names this many. */
const maxProblems = 20;

/**
 * Validates the params of one method.
 * @throws CompanionError INVALID_REQUEST `invalid <method> params: <list>` (gateway §2).
 */
export function parseParams<T extends z.ZodType>(
  method: string,
  schema: T,
  value: unknown,
): z.output<T> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new CompanionError(
    'INVALID_REQUEST',
    `invalid ${method} params: ${problemList(parsed.error)}`,
  );
}

/**
 * The schema violations in the words and order of the recorded peers (gateway §2): missing root
 * properties, unexpected root properties, then the rest. Needs an error parsed with `reportInput`.
 */
export function problemList(error: z.ZodError): string {
  const ranked: string[][] = [[], [], []];
  for (const issue of error.issues) {
    for (const problem of describe(issue)) ranked[problem.rank]?.push(problem.text);
  }
  const texts = [...new Set(ranked.flat())];
  const shown = texts.slice(0, maxProblems);
  if (texts.length > shown.length) shown.push(`and ${texts.length - shown.length} more`);
  return shown.join('; ');
}

interface Problem {
  readonly rank: 0 | 1 | 2;
  readonly text: string;
}

function describe(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const where = issue.path.length === 0 ? 'at root' : `at ${pointer(issue.path)}`;
    const rank = issue.path.length === 0 ? 1 : 2;
    return issue.keys.map((key) => ({ rank, text: `${where}: unexpected property '${key}'` }));
  }
  // JSON has no undefined: the property is missing.
  if (issue.input === undefined && issue.path.length > 0) {
    const parent = issue.path.slice(0, -1);
    const text = `must have required property '${String(issue.path.at(-1))}'`;
    return [{ rank: parent.length === 0 ? 0 : 2, text: prefix(parent) + text }];
  }
  return violations(issue).map((text) => ({ rank: 2, text: prefix(issue.path) + text }));
}

function violations(issue: z.core.$ZodIssue): string[] {
  switch (issue.code) {
    case 'invalid_type':
      return [`must be ${typeNames[issue.expected] ?? issue.expected}`];
    case 'invalid_value':
      return issue.values.length === 1
        ? ['must be equal to constant']
        : ['must be equal to constant', 'must match a schema in anyOf'];
    case 'invalid_union':
      return ['must match a schema in anyOf'];
    case 'too_small':
      return [limit('fewer', '>=', issue.origin, issue.minimum)];
    case 'too_big':
      return [limit('more', '<=', issue.origin, issue.maximum)];
    default:
      return [issue.message];
  }
}

const typeNames: Readonly<Record<string, string>> = { int: 'integer', record: 'object' };

function limit(
  word: 'fewer' | 'more',
  operator: string,
  origin: string,
  bound: number | bigint,
): string {
  if (origin === 'string') return `must NOT have ${word} than ${bound} characters`;
  if (origin === 'array') return `must NOT have ${word} than ${bound} items`;
  return `must be ${operator} ${bound}`;
}

function prefix(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `at ${pointer(path)}: `;
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
