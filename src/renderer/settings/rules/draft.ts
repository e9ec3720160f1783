import type { RulesEdit, ShownRule } from '#ipc/rules.ts';
import { endOf, type Lasts } from './lasts.ts';

/** A rule while a person writes it. */
export interface Draft {
  readonly program: string;
  /** `kept`: as the rule has them. */
  readonly argsKind: 'any' | 'exact' | 'kept';
  /** One argument on each line. */
  readonly args: string;
  readonly folder: string;
  /** `kept`: as long as the rule does. */
  readonly lasts: Lasts | 'kept';
  readonly day: string;
  /** Key of a known agent; null: the one that `other` names. */
  readonly agent: string | null;
  readonly other: string;
}

const emptyDraft: Draft = {
  program: '',
  argsKind: 'any',
  args: '',
  folder: '',
  lasts: 'until-removed',
  day: '',
  agent: 'main',
  other: '',
};

/** A rule that a person edits, and the key of its agent. */
export interface EditedRule {
  readonly rule: ShownRule;
  readonly agent: string;
}

/** What the form begins with. */
export function draftOf(edited: EditedRule | null): Draft {
  if (edited === null) return emptyDraft;
  const { rule, agent } = edited;
  const { program, args, folder, expiresAtMs } = rule;
  return {
    ...emptyDraft,
    program,
    argsKind: typeof args === 'string' ? args : 'exact',
    args: typeof args === 'string' ? '' : textOf(args),
    folder: folder ?? '',
    lasts: expiresAtMs === null ? 'until-removed' : 'kept',
    agent,
  };
}

type Fields = Omit<Extract<RulesEdit, { kind: 'add' }>, 'kind'>;

/** Null: something is missing, or nothing differs from the rule. */
export function editOf(draft: Draft, edited: EditedRule | null, nowMs: number): RulesEdit | null {
  const { folder, args, lasts, day } = draft;
  const program = draft.program.trim();
  const agent = draft.agent ?? draft.other.trim();
  const expiresAtMs = lasts === 'kept' ? null : endOf(lasts, day, nowMs);
  if (program === '' || agent === '' || expiresAtMs === undefined) return null;
  const fields: Fields = {
    agent,
    program,
    args: draft.argsKind === 'exact' ? linesOf(args) : null,
    folder: folder.trim() === '' ? null : folder.trim(),
    expiresAtMs,
  };
  if (edited === null) return { kind: 'add', ...fields };
  const changed = changedFields(draft, draftOf(edited), fields);
  if (Object.keys(changed).length === 0) return null;
  return { kind: 'replace', ruleId: edited.rule.id, ...changed };
}

/** What a person left alone is not sent: it stays even where it could not be typed. */
function changedFields(draft: Draft, start: Draft, fields: Fields): Partial<Fields> {
  const { agent, program, args, folder, expiresAtMs } = fields;
  const sameArgs =
    draft.argsKind === start.argsKind && (draft.argsKind !== 'exact' || draft.args === start.args);
  return {
    ...(agent === start.agent ? {} : { agent }),
    ...(draft.program === start.program ? {} : { program }),
    ...(sameArgs ? {} : { args }),
    ...(draft.folder === start.folder ? {} : { folder }),
    ...(draft.lasts === start.lasts ? {} : { expiresAtMs }),
  };
}

/** An empty field is no argument at all; a line break at the end begins none. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function textOf(args: readonly string[]): string {
  return args.join('\n') + (args.at(-1) === '' ? '\n' : '');
}
