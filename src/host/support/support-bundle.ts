import { generalMessages } from '#core/messages-general.ts';
import { type ListedRule, listPolicy } from '#core/policy/listing.ts';
import type { Hasher } from '#core/ports.ts';
import { redactSecrets } from '#core/redact.ts';
import { redactFields } from '#core/redact-fields.ts';
import type { PolicyView } from '#protocol/control-policy.ts';
import type { LogRecord } from '../log/logger.ts';
import { withoutSecrets } from './known-secrets.ts';

/** What helps somebody else to understand what went wrong here. */
export interface SupportFacts {
  readonly nowMs: number;
  /** Name, versions, system. */
  readonly product: Readonly<Record<string, unknown>>;
  /** As `openclaw-mac status` has it; null while the companion starts. */
  readonly status: Readonly<Record<string, unknown>> | null;
  readonly policy: PolicyView;
  readonly log: readonly LogRecord[];
}

/**
 * The text of a bundle that can be given away: masked by name and by shape (S30), then searched for
 * every secret that we know of (IP-08).
 */
export function supportBundle(
  { nowMs, policy, ...rest }: SupportFacts,
  secrets: readonly string[],
  hasher: Hasher,
): string {
  const { path, problem, unconfirmed, document } = policy;
  const { defaults, agents } = listPolicy(document, null, nowMs, hasher);
  const bundle = redactFields({
    createdAt: new Date(nowMs).toISOString(),
    ...rest,
    policy: {
      ...{ path, problem, unconfirmed: unconfirmed.map(plain), defaults },
      agents: agents.map(({ rules, ...agent }) => ({ ...agent, rules: rules.map(plainRule) })),
    },
  });
  return `${JSON.stringify(purged(bundle, secrets), null, 2)}\n`;
}

/**
 * A rule without its argument pattern, which repeats the arguments in a form that masking does not
 * understand. Where a text had to be masked, nothing around the mask is worth a risk.
 */
function plainRule({ pattern, scope, expiresAt, isExpired, lastUsedAt, source }: ListedRule) {
  return { pattern: plain(pattern), scope: plain(scope), expiresAt, isExpired, lastUsedAt, source };
}

const plain = (text: string): string =>
  redactSecrets(text) === text ? text : generalMessages.argumentsLeftOut;

/** Names of fields are searched too: a record may have been made from anything. */
function purged(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return withoutSecrets(value, secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => purged(one, secrets));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      withoutSecrets(key, secrets),
      purged(inner, secrets),
    ]),
  );
}
