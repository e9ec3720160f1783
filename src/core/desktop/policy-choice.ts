import type { Ask, Security } from '#protocol/approvals-document.ts';

/** A setting of the icon's menu (app-features §3, row 7). */
export type PolicyChoice = 'deny' | 'ask-on-miss' | 'allow-all';

/**
 * In the order of the menu: the one that allows least first. Where everything is denied, nobody is
 * asked whatever `ask` says: it stays as it is, for the day when rules count again.
 */
export const policyChoices: Readonly<
  Record<PolicyChoice, { readonly security: Security; readonly ask?: Ask }>
> = {
  deny: { security: 'deny' },
  'ask-on-miss': { security: 'allowlist', ask: 'on-miss' },
  'allow-all': { security: 'full', ask: 'off' },
};

/** `custom` for every pair that no choice stands for: the menu shows it and leaves it alone. */
export function policyChoiceOf(policy: {
  readonly security: string;
  readonly ask: string;
}): PolicyChoice | 'custom' {
  const found = Object.entries(policyChoices).find(
    ([, { security, ask }]) => security === policy.security && (ask ?? policy.ask) === policy.ask,
  );
  return (found?.[0] as PolicyChoice | undefined) ?? 'custom';
}
