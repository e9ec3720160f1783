import type { z } from 'zod';
import file from '../vectors/exec-ipc.json' with { type: 'json' };

/** One golden case: what goes in and what must come out. */
export interface ExecVector<I, E> {
  readonly id: string;
  readonly input: I;
  readonly expected: E;
}

/** The vectors of one group, checked against the shapes the test relies on. */
export function execVectors<I, E>(
  group: string,
  input: z.ZodType<I>,
  expected: z.ZodType<E>,
): readonly ExecVector<I, E>[] {
  const found = file.vectors.filter((vector) => vector.group === group);
  if (found.length === 0) throw new Error(`no vectors in group ${group}`);
  return found.map((vector) => ({
    id: vector.id,
    input: input.parse(vector.input),
    expected: expected.parse(vector.expected),
  }));
}
