import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readShellText } from '#core/analysis/shell-text.ts';
import { execVectors } from '#support/exec-vectors.ts';

const command = z.object({ command: z.string() });

describe('exec-ipc vectors: shell-parse (exec-ipc §5.4)', () => {
  const expected = z.object({ ok: z.boolean(), executables: z.array(z.string()) });
  const vectors = execVectors('shell-parse', command, expected);
  /** FEB takes an assignment for a program, and a variable for its own name. */
  const stricter = new Set(['shell-20', 'shell-21']);

  it.each(vectors.filter(({ id }) => !stricter.has(id)))('$id', ({ input, expected }) => {
    const read = readShellText(input.command);
    expect(read.kind).toBe(expected.ok ? 'literal' : 'unproved');
    const names = read.kind === 'literal' ? read.commands.map(([name]) => name) : [];
    expect(names).toEqual(expected.executables);
  });

  it.each([
    ['shell-20', 'FOO=bar ls', 'The text sets a variable.'],
    [
      'shell-21',
      'echo $HOME',
      'The shell would replace a part that starts with "$" before it runs the text.',
    ],
  ])('D9: %s differs, %s is not proved', (id, text, reason) => {
    const vector = vectors.find((candidate) => candidate.id === id);
    expect(vector?.input.command).toBe(text);
    expect(vector?.expected.ok).toBe(true);
    expect(readShellText(text)).toEqual({ kind: 'unproved', reason });
  });
});

describe('exec-ipc vectors: shell-allowlist (exec-ipc §5.4)', () => {
  const input = command.extend({ allowlist: z.array(z.string()) });
  const expected = z.object({ analysisOk: z.boolean(), allowlistSatisfied: z.boolean() });

  it.each(execVectors('shell-allowlist', input, expected))('$id', ({ input, expected }) => {
    const read = readShellText(input.command);
    const names = read.kind === 'literal' ? read.commands.map(([name]) => name) : [];
    expect({
      analysisOk: read.kind === 'literal',
      allowlistSatisfied: names.length > 0 && names.every((name) => input.allowlist.includes(name)),
    }).toEqual(expected);
  });
});
