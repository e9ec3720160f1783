import { type PolicyChoice, policyChoices } from '#core/desktop/policy-choice.ts';
import { errorText } from '#core/errors.ts';
import { askRank, securityRank } from '#core/policy/strictness.ts';
import type { Logger } from '#core/ports.ts';
import type { PolicyOperations } from '#host/policy/policy-operations.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';

export interface ChoosePolicyDeps {
  readonly policy: Pick<PolicyOperations, 'view' | 'preview' | 'apply'>;
  /** Where a person reads what a choice would allow, and agrees to it. */
  readonly openRules: () => void;
  /** Name of the person at this computer, for the audit. */
  readonly who: string;
  readonly log: Logger;
}

/**
 * The policy picker of the icon's menu: sets the defaults. A choice that allows no more than before
 * holds at once; any other only leads to the rules, as a menu cannot show what it would allow (S17).
 */
export function createChoosePolicy(
  deps: ChoosePolicyDeps,
): (choice: PolicyChoice) => Promise<void> {
  const { policy, openRules, who, log } = deps;
  const choose = async (choice: PolicyChoice): Promise<void> => {
    const edit = { kind: 'set', agentId: null, settings: policyChoices[choice] } as const;
    const preview = policy.preview(edit);
    if (preview.widening.length > 0) return openRules();
    const written = await policy.apply(edit, preview, { surface: 'window', who });
    // Somebody changed it in between, so what this choice means is another question now.
    const isOpen = written.kind === 'changed' || hasLooserAgent(policy.view().document, choice);
    if (isOpen) openRules();
  };
  return (choice) =>
    choose(choice).catch((error: unknown) => {
      log.warn('tray.policy.failed', { choice, error: errorText(error) });
      openRules();
    });
}

/** An agent with settings of its own keeps them; whoever chose "deny everything" should see that. */
function hasLooserAgent({ agents = {} }: ApprovalsDocument, choice: PolicyChoice): boolean {
  const { security, ask } = policyChoices[choice];
  return Object.values(agents).some(
    (own) =>
      (own.security !== undefined && securityRank[own.security] > securityRank[security]) ||
      (own.ask !== undefined && ask !== undefined && askRank[own.ask] > askRank[ask]),
  );
}
