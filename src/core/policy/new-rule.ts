import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Hasher } from '#core/ports.ts';
import type { AllowlistEntry } from '#protocol/approvals-document.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { anywherePattern, compileArgPattern, cwdArgvPattern } from './arg-pattern.ts';
import { isCarrier, programName } from './carriers.ts';
import { compilePathPattern } from './path-pattern.ts';
import { holdsSecret } from './propose.ts';

type AddEdit = Extract<PolicyEdit, { kind: 'add' }>;

/** What a person says of a rule. */
export interface RuleFacts extends Omit<AddEdit, 'kind' | 'args'> {
  readonly args: AddEdit['args'] | KeptArguments;
}

/** Those of a rule that is there already, taken as they are. */
interface KeptArguments {
  readonly kind: 'kept';
  readonly stored: Pick<AllowlistEntry, 'argPattern' | 'grantedArgs'>;
}

export interface NewRuleDeps {
  readonly hasher: Hasher;
  /** What `~` in a pattern stands for. */
  readonly home: string;
  readonly nowMs: number;
  readonly id: string;
  /** Where it comes from, as the rule itself says. */
  readonly source: string;
}

/**
 * The entry that a person adds.
 * @throws CompanionError INVALID_REQUEST, with the reason, for a rule that could never allow
 *   anything, or that speaks of a program which runs what its arguments say (D8).
 */
export function newRule(edit: RuleFacts, deps: NewRuleDeps): AllowlistEntry {
  const texts = messages.cli.policy;
  const pattern = edit.pattern.trim();
  if (pattern === '' || compilePathPattern(pattern, deps.home) === null) {
    throw invalid(texts.badPattern(edit.pattern));
  }
  if (isCarrier(pattern)) throw invalid(texts.carrier(programName(pattern)), texts.carrierHint);
  if (edit.agentId.trim() === '' || edit.agentId.trim() === '__proto__') {
    throw invalid(texts.badAgent(edit.agentId));
  }
  if (edit.cwd !== null && !edit.cwd.startsWith('/')) throw invalid(texts.badFolder(edit.cwd));
  if (edit.expiresAt !== null && edit.expiresAt <= deps.nowMs) throw invalid(texts.alreadyExpired);
  return {
    id: deps.id,
    pattern,
    ...storedArguments(edit, deps.hasher),
    ...(edit.cwd === null ? {} : { cwd: edit.cwd }),
    ...(edit.expiresAt === null ? {} : { expiresAt: edit.expiresAt }),
    source: deps.source,
    createdAt: Math.floor(deps.nowMs),
  };
}

function storedArguments({ args, cwd }: RuleFacts, hasher: Hasher): KeptArguments['stored'] {
  switch (args.kind) {
    case 'any':
      return {};
    case 'kept':
      return args.stored;
    case 'regex':
      return { argPattern: checkedRegex(args.regex) };
    case 'exact':
      if (cwd === null) return { argPattern: anywhere(args.args) };
      return {
        argPattern: cwdArgvPattern(cwd, args.args, hasher),
        ...(holdsSecret(args.args) ? {} : { grantedArgs: [...args.args] }),
      };
  }
}

function checkedRegex(regex: string): string {
  const compiled = compileArgPattern(regex);
  if (compiled.ok) return regex;
  throw invalid(messages.cli.policy.badRegex(compiled.problem));
}

function anywhere(args: readonly string[]): string {
  const regex = anywherePattern(args);
  if (regex === null) throw invalid(messages.cli.policy.needsFolder);
  return regex;
}

function invalid(message: string, hint?: string): CompanionError {
  return new CompanionError('INVALID_REQUEST', message, hint === undefined ? {} : { hint });
}
