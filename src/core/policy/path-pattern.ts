import { compileLinear, quoteLiteral, type TextMatcher } from './linear-regex.ts';

/**
 * Patterns of allowlist entries: exec-ipc §5.1, column NEW. They name real paths, case-sensitively;
 * `*`, `**` and `?` are the only metacharacters.
 */

const maxLength = 1_024;

/** The program a pattern is asked about. */
export interface PathTarget {
  /** Real path. */
  readonly executable: string;
  /** Called without a slash and found on PATH. */
  readonly byName: boolean;
}

export interface PathPattern {
  /** What the pattern speaks of: every program, the name of one called by name, or its real path. */
  readonly subject: 'any' | 'name' | 'path';
  /** The text before the first wildcard; the whole of it when there is none. */
  readonly prefix: string;
  readonly isLiteral: boolean;
  /** @param text name or real path, as `subject` says. */
  readonly matches: TextMatcher;
}

export function hasWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** Absolute, and no segment that is empty, `.` or `..`: else `**` could climb out of its folder. */
export function isRealPath(path: string): boolean {
  return path.startsWith('/') && isPlain(path.slice(1));
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Null: a pattern that can never match. Wildcards are compiled when they are first asked. */
export function readPathPattern(pattern: string, home: string): PathPattern | null {
  if (pattern.length > maxLength || isCommandMarker(pattern)) return null;
  if (pattern === '*') return { subject: 'any', prefix: '', isLiteral: false, matches: () => true };
  if (/^[^/~\\]+$/.test(pattern) && isPlain(pattern)) return readText('name', '', pattern);
  if (isRealPath(pattern)) return readText('path', '', pattern);
  // Only after `~`: wildcard characters in the name of the home folder are none.
  const inHome = pattern === '~' || (pattern.startsWith('~/') && isPlain(pattern.slice(2)));
  return inHome && isRealPath(home) ? readText('path', home, pattern.slice(1)) : null;
}

/** The pattern as one question; null: it can never match. */
export function compilePathPattern(
  pattern: string,
  home: string,
): ((target: PathTarget) => boolean) | null {
  const read = readPathPattern(pattern, home);
  if (read === null) return null;
  return ({ executable, byName }) => {
    if (!isRealPath(executable)) return false;
    if (read.subject === 'name') return byName && read.matches(baseName(executable));
    return read.matches(executable);
  };
}

/** Markers of one exact command, which other programs keep in the same list (exec-ipc §5.7). */
function isCommandMarker(pattern: string): boolean {
  return /^=(?:node-)?command:/.test(pattern);
}

function isPlain(path: string): boolean {
  return path.split('/').every((segment) => !['', '.', '..'].includes(segment));
}

function readText(subject: 'name' | 'path', literal: string, glob: string): PathPattern {
  const wildcardAt = glob.search(/[*?]/);
  if (wildcardAt === -1) {
    const whole = literal + glob;
    return { subject, prefix: whole, isLiteral: true, matches: (text) => text === whole };
  }
  let compiled: TextMatcher | null = null;
  const suffix = glob.slice(Math.max(glob.lastIndexOf('*'), glob.lastIndexOf('?')) + 1);
  return {
    subject,
    prefix: literal + glob.slice(0, wildcardAt),
    isLiteral: false,
    matches: (text) => {
      // Of thousands of patterns for one folder, most end here: compiling is what costs.
      if (!text.endsWith(suffix)) return false;
      compiled ??= compileLinear(quoteLiteral(literal) + globSource(glob), 'any');
      return compiled(text);
    },
  };
}

/**
 * Not left to a glob library: those make expressions that backtrack, and five `*` in one pattern
 * are then enough to stop the program for a minute (measured with picomatch 4).
 */
function globSource(glob: string): string {
  return glob.replace(/\*+|\?|[^*?]+/g, (part) => {
    if (part === '?') return '[^/]';
    if (part.startsWith('*')) return part === '*' ? '[^/]*' : '.*';
    return quoteLiteral(part);
  });
}
