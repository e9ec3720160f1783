import { redactedMark } from '#core/redact.ts';
import { namesSecret } from '#core/secret-names.ts';
import { readOpenClawCredentials } from '../store/openclaw-config.ts';
import { readPrivateFile } from '../store/private-file.ts';
import type { StateDir } from '../store/state-dir.ts';

/** A shorter text is too common to be taken out wherever it stands. */
const leastChars = 4;

/** The same where nothing tells secrets from words like `allowlist`. */
const leastDamagedChars = 12;

/**
 * Every secret this companion can hold: of the state directory, of its environment, and of an
 * OpenClaw on this computer. For taking them out of what leaves it (IP-08); never kept.
 * @throws CompanionError UNSAFE_PATH or STATE for a file of ours that cannot be read.
 */
export async function knownSecrets(
  stateDir: StateDir,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const { config, approvals, deviceTokens } = stateDir;
  const { companionIdentity, nodeHostIdentity, cliIdentity } = stateDir;
  const { devicesPending, devicesPaired, nodesPending, nodesPaired } = stateDir;
  const byName = [
    ...[config, approvals, companionIdentity, nodeHostIdentity, cliIdentity],
    ...[devicesPending, devicesPaired, nodesPending, nodesPaired],
  ];
  const found = new Set<string>();
  for (const path of byName) collect(await contentOf(path), false, found);
  // Its keys are addresses, devices and roles; every text in it is a token.
  collect(await contentOf(deviceTokens), true, found);
  collect({ ...env }, false, found);
  collect(await readOpenClawCredentials(env), true, found);
  return [...found].sort((one, other) => other.length - one.length);
}

/** The text with every one of these taken out, longest first. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, redactedMark), text);
}

async function contentOf(path: string): Promise<unknown> {
  const text = await readPrivateFile(path);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    // Damaged, which may be why somebody exports this: every longer text but a name may be one.
    const texts = text.split('"');
    const isName = (at: number) => /^\s*:/.test(texts[at + 1] ?? '');
    return { secret: texts.filter((one, at) => one.length >= leastDamagedChars && !isName(at)) };
  }
}

function collect(value: unknown, isSecret: boolean, found: Set<string>): void {
  if (typeof value === 'string') {
    if (isSecret) for (const part of partsOf(value)) found.add(part);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      collect(inner, isSecret || namesSecret(key), found);
    }
  }
}

/** A key on several lines may be quoted line by line; its frame is no secret. */
function partsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n|\\n/).filter((line) => !line.startsWith('-----'));
  return [secret, ...lines].map((part) => part.trim()).filter((part) => part.length >= leastChars);
}
