import type { Hasher } from '#core/ports.ts';
import type { AllowlistEntry } from '#protocol/approvals-document.ts';
import { anywhereArguments, cwdArgvPattern } from './arg-pattern.ts';

/**
 * The one list of arguments that a rule is for; null: for others too, or not known. Stored ones
 * count only if they are really those that the hash of the rule stands for.
 */
export function exactArguments(
  { argPattern, cwd, grantedArgs }: AllowlistEntry,
  hasher: Hasher,
): readonly string[] | null {
  if (argPattern === undefined) return null;
  if (cwd !== undefined && grantedArgs !== undefined) {
    if (cwdArgvPattern(cwd, grantedArgs, hasher) === argPattern) return grantedArgs;
  }
  return anywhereArguments(argPattern);
}
