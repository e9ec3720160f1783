import type { RulesEdit } from '#ipc/rules.ts';
import { endOf, type Lasts } from './lasts.ts';

/** A new rule while a person writes it. */
export interface Draft {
  readonly program: string;
  readonly exact: boolean;
  /** One argument on each line. */
  readonly args: string;
  readonly folder: string;
  readonly lasts: Lasts;
  readonly day: string;
  /** Key of a known agent; null: the one that `other` names. */
  readonly agent: string | null;
  readonly other: string;
}

export const emptyDraft: Draft = {
  program: '',
  exact: false,
  args: '',
  folder: '',
  lasts: 'until-removed',
  day: '',
  agent: 'main',
  other: '',
};

/** Null: something is missing. */
export function editOf(draft: Draft, nowMs: number): RulesEdit | null {
  const { exact, args, folder, lasts, day } = draft;
  const program = draft.program.trim();
  const agent = draft.agent ?? draft.other.trim();
  const expiresAtMs = endOf(lasts, day, nowMs);
  if (program === '' || agent === '' || expiresAtMs === undefined) return null;
  return {
    kind: 'add',
    agent,
    program,
    args: exact ? linesOf(args) : null,
    folder: folder.trim() === '' ? null : folder.trim(),
    expiresAtMs,
  };
}

/** An empty field is no argument at all; a line break at the end begins none. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
