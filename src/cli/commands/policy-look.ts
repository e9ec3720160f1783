import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { renderDocument } from '#core/policy/document.ts';
import { listPolicy } from '#core/policy/listing.ts';
import { systemHasher } from '#host/system.ts';
import type { CliContext } from '../context.ts';
import { explanation, policyView, tellSource } from '../policy-source.ts';
import { explanationText, listingText } from '../policy-text.ts';

const texts = messages.cli.policy;

export interface ExplainOptions {
  readonly agent?: string;
  readonly cwd?: string;
  readonly env?: readonly string[];
}

/** `openclaw-mac policy explain -- ARGV…`: says what would happen; exit 0 whatever it is. */
export async function explainCommand(
  context: CliContext,
  argv: readonly string[],
  options: ExplainOptions,
): Promise<number> {
  const [program, ...args] = argv;
  if (!program?.trim()) throw new CompanionError('USAGE', messages.cli.emptyCommand);
  const sourced = await explanation(context, {
    argv: [program, ...args],
    agentId: options.agent ?? null,
    cwd: options.cwd === undefined ? null : resolve(options.cwd),
    env: environmentOf(options.env ?? []),
  });
  tellSource(context, sourced);
  const { answer, live } = sourced;
  if (context.json) context.io.json({ ok: true, companionRunning: live, ...answer });
  else context.io.out(explanationText(answer, argv));
  return 0;
}

/** @throws CompanionError USAGE for a text without a name. */
function environmentOf(assignments: readonly string[]): Record<string, string> {
  const pairs = assignments.map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1) throw new CompanionError('USAGE', texts.badEnv(text));
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

/** `openclaw-mac policy list [--agent ID]`. */
export async function listPolicyCommand(
  context: CliContext,
  { agent }: { readonly agent?: string },
): Promise<number> {
  const sourced = await policyView(context);
  tellSource(context, sourced);
  const { answer, live } = sourced;
  const { path, hash, problem, unconfirmed } = answer;
  const listing = listPolicy(answer.document, agent ?? null, Date.now(), systemHasher);
  if (context.json) {
    const facts = { path, hash, problem, unconfirmed };
    context.io.json({ ok: true, companionRunning: live, ...facts, ...listing });
  } else {
    context.io.out(listingText(listing, answer));
  }
  return 0;
}

/** `openclaw-mac policy export [FILE]`: what is in force. Never overwrites a file. */
export async function exportPolicyCommand(
  context: CliContext,
  file: string | undefined,
): Promise<number> {
  const sourced = await policyView(context);
  const { problem, document } = sourced.answer;
  if (problem !== null) throw new CompanionError('STATE', problem);
  tellSource(context, sourced);
  const text = renderDocument(document);
  if (file === undefined || file === '-') {
    context.io.out(text);
    return 0;
  }
  await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
    const exists = Object(cause).code === 'EEXIST';
    const message = exists ? texts.fileExists(file) : texts.fileUnwritable(file);
    throw new CompanionError('INVALID_REQUEST', message, { cause });
  });
  if (context.json) context.io.json({ ok: true, file: resolve(file) });
  else context.io.err(texts.done);
  return 0;
}
