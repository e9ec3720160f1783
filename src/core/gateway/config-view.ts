import type { ConfigSnapshot } from '#protocol/gateway-system.ts';

/** The configuration as its store holds it in memory. */
export interface ConfigState {
  readonly path: string;
  readonly exists: boolean;
  /** SHA-256 hex of the raw text ("" when missing). */
  readonly hash: string;
  readonly value: unknown;
  /** Why the file cannot be used; `value` is then the default. */
  readonly problem: string | null;
}

/** What stands in for a secret; clients of the real Gateway know this word. */
const redacted = '__OPENCLAW_REDACTED__';

const secretKey = /token|passw|passphrase|secret|api[-_]?key|private[-_]?key|credential/i;

/** Answer of `config.get`: no secret in it, neither in the values nor in the raw text (gateway §10). */
export function configSnapshot(state: ConfigState): ConfigSnapshot {
  const value = withoutSecrets(state.value, false);
  return {
    path: state.path,
    exists: state.exists,
    // Rendered from the redacted value: the real text holds the secrets.
    raw: state.exists ? `${JSON.stringify(value, null, 2)}\n` : null,
    parsed: state.exists ? value : {},
    valid: state.problem === null,
    config: value,
    hash: state.hash,
    issues: state.problem === null ? [] : [{ path: '', message: state.problem }],
    warnings: [],
    legacyIssues: [],
  };
}

/** Below a secret's key every text counts as secret. */
function withoutSecrets(value: unknown, secret: boolean): unknown {
  if (typeof value === 'string') return secret ? redacted : value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, secret));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      withoutSecrets(item, secret || secretKey.test(key)),
    ]),
  );
}
