import { CompanionError } from '#core/errors.ts';
import { rulesMessages } from '#core/messages-rules.ts';
import { hasWildcard } from '#core/policy/path-pattern.ts';
import { safe } from '#core/quoted.ts';
import type { PolicyOperations } from '#host/policy/policy-operations.ts';
import { realDirectory, realPattern } from '#host/policy/real-paths.ts';
import type { Input } from '#ipc/contract.ts';
import type { Handlers } from '#ipc/router.ts';
import type { RulesEdit } from '#ipc/rules.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { type ShownRulesDeps, shownRules } from '../state/shown-rules.ts';

export interface RulesHandlersDeps extends ShownRulesDeps {
  readonly policy: PolicyOperations;
  /** Name of the person at this computer, for the audit. */
  readonly who: string;
}

type RulesChannel = 'rules.list' | 'rules.preview' | 'rules.apply' | 'rules.undo';

/** The rules of the settings window. What widens was shown there before it is applied (S17). */
export function rulesHandlers(deps: RulesHandlersDeps): Pick<Handlers, RulesChannel> {
  const { policy, who } = deps;
  const person = { surface: 'window', who } as const;
  return {
    'rules.list': () => shownRules(policy.view(), deps),
    async 'rules.preview'({ edit }) {
      const { changes, widening, ...named } = policy.preview(await policyEdit(edit));
      return { ...named, changes: changes.map(safe), widening: widening.map(safe) };
    },
    async 'rules.apply'({ edit, ...shown }: Input<'rules.apply'>) {
      const written = await policy.apply(await policyEdit(edit), shown, person);
      return written.kind === 'changed' ? written : { kind: 'written', undo: written.undo };
    },
    'rules.undo': ({ undo }) => policy.undo(undo, person),
  };
}

/** What a person chose, as an edit of the policy. @throws CompanionError INVALID_REQUEST */
async function policyEdit(edit: RulesEdit): Promise<PolicyEdit> {
  switch (edit.kind) {
    case 'remove':
    case 'confirm':
    case 'discard':
      return edit;
    case 'expire':
      return { kind: 'expire', ruleId: edit.ruleId, expiresAt: edit.expiresAtMs };
    case 'set':
      return { kind: 'set', agentId: edit.agent, settings: edit.settings };
    case 'add':
      return {
        kind: 'add',
        agentId: edit.agent,
        pattern: await storedProgram(edit.program),
        args: storedArgs(edit.args),
        cwd: await storedFolder(edit.folder),
        expiresAt: edit.expiresAtMs,
      };
    case 'replace': {
      const { ruleId, agent, program, args, folder, expiresAtMs } = edit;
      return {
        kind: 'replace',
        ruleId,
        agentId: agent,
        pattern: program === undefined ? undefined : await storedProgram(program),
        args: args === undefined ? undefined : storedArgs(args),
        cwd: folder === undefined ? undefined : await storedFolder(folder),
        expiresAt: expiresAtMs,
      };
    }
  }
}

async function storedProgram(program: string): Promise<string> {
  return await realPattern(wholePath(program.trim()));
}

async function storedFolder(folder: string | null): Promise<string | null> {
  return folder === null ? null : await realDirectory(wholeFolder(folder.trim()));
}

function storedArgs(args: string[] | null): Extract<PolicyEdit, { kind: 'add' }>['args'] {
  return args === null ? { kind: 'any' } : { kind: 'exact', args };
}

/** Nobody in a window knows which folder a path would begin in. */
function wholePath(program: string): string {
  const isName = !program.includes('/') && !program.startsWith('~');
  if (isName || isWhole(program) || hasWildcard(program)) return program;
  throw new CompanionError('INVALID_REQUEST', rulesMessages.notAPath(program));
}

function wholeFolder(folder: string): string {
  if (isWhole(folder) || folder === '~') return folder;
  throw new CompanionError('INVALID_REQUEST', rulesMessages.notAFolder(folder));
}

function isWhole(path: string): boolean {
  return path.startsWith('/') || path.startsWith('~/');
}
