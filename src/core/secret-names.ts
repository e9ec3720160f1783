/**
 * Which names (of variables, options, fields, headers) announce a secret. Errs towards yes: a
 * masked harmless value costs a little reading, an unmasked secret stays in a file.
 */

/** Announces a secret anywhere in a name written without separators. */
const secretStem =
  /token|secret|passw|passphrase|apikey|accesskey|privatekey|credential|authorization/;

/** Announces a secret only as a whole part: `pass` in `DB_PASS`, not in `bypass`. */
const secretPart = new Set([
  'pass',
  'pwd',
  'auth',
  'cookie',
  'cookies',
  'jwt',
  'pat',
  'otp',
  'dsn',
]);

/** `…_KEY` is a secret unless the part before says what it merely identifies. */
const namesOnly = new Set([
  'public',
  'session',
  'primary',
  'foreign',
  'sort',
  'cache',
  'partition',
  'idempotency',
  'host',
  'agent',
  'device',
]);

/** The last part of a name that talks *about* a secret: `token_file`, `password-stdin`. */
const about = new Set(
  'file path dir stdin count limit type name id ids url ttl expires issued length size hash'.split(
    ' ',
  ),
);

/** The first part of a name that counts things: `max_tokens`. */
const counting = new Set(['max', 'min', 'num', 'has', 'is', 'with', 'no']);

/** Parts of `DB_PASS`, `--auth-token`, `X-Api-Key`, `apiKey`, in lower case. */
function partsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
}

/** Whether a value under this name is to be masked. */
export function namesSecret(name: string): boolean {
  const parts = partsOf(name);
  const last = parts.at(-1);
  if (last === undefined || about.has(last) || counting.has(parts[0] ?? '')) return false;
  if (secretStem.test(parts.join(''))) return true;
  if (name === 'KEY') return true;
  if (parts.length === 1) return last === 'pass' || last === 'cookie';
  if (parts.some((part) => secretPart.has(part))) return true;
  return last === 'key' && !namesOnly.has(parts.at(-2) ?? '');
}
