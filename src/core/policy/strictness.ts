import type { Ask, Security } from '#protocol/approvals-document.ts';

/** Orders of exec-ipc §3.4 and §4.3: the higher rank allows more without a person. */
export const securityRank: Readonly<Record<Security, number>> = { deny: 0, allowlist: 1, full: 2 };

export const askRank: Readonly<Record<Ask, number>> = { always: 0, 'on-miss': 1, off: 2 };

export function stricterSecurity(a: Security, b: Security): Security {
  return securityRank[a] <= securityRank[b] ? a : b;
}

export function stricterAsk(a: Ask, b: Ask): Ask {
  return askRank[a] <= askRank[b] ? a : b;
}
