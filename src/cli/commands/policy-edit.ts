import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { displayText } from '#core/display.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { ruleIds } from '#core/policy/edits.ts';
import { realDirectory, realPattern } from '#host/policy/real-paths.ts';
import type { Ask, Security } from '#protocol/approvals-document.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import type { CliContext } from '../context.ts';
import { momentMs } from '../moment.ts';
import { changePolicy } from '../policy-change.ts';
import { policyView } from '../policy-source.ts';

const texts = messages.cli.policy;

export interface AddOptions {
  readonly agent: string;
  readonly args?: string;
  readonly exact?: boolean;
  readonly cwd?: string;
  readonly expires?: string;
}

/** `openclaw-mac policy add PATTERN …`: a path becomes its real one, and that is said. */
export async function addRuleCommand(
  context: CliContext,
  pattern: string,
  args: readonly string[],
  options: AddOptions,
): Promise<number> {
  requireArguments(args, options);
  const { expires } = options;
  const expiresAt = expires === undefined ? null : expiry(expires, texts.badExpires);
  return await changePolicy(context, {
    kind: 'add',
    agentId: options.agent,
    pattern: await storedPattern(context, pattern),
    args: wantedArguments(args, options),
    cwd: options.cwd === undefined ? null : await realDirectory(options.cwd),
    expiresAt,
  });
}

function requireArguments(
  args: readonly string[],
  options: Pick<AddOptions, 'args' | 'exact'>,
): void {
  if (options.exact && options.args !== undefined) throw usage(texts.notTwice);
  if (args.length > 0 && !options.exact) throw usage(texts.argumentsNeedExact);
}

async function storedPattern({ io, json }: CliContext, pattern: string): Promise<string> {
  const real = await realPattern(pattern.trim());
  if (real !== pattern.trim() && !json) io.err(displayText(texts.realPath(pattern, real)).text);
  return real;
}

function wantedArguments(
  args: readonly string[],
  options: Pick<AddOptions, 'args' | 'exact'>,
): Extract<PolicyEdit, { kind: 'add' }>['args'] {
  if (options.exact) return { kind: 'exact', args: [...args] };
  return options.args === undefined ? { kind: 'any' } : { kind: 'regex', regex: options.args };
}

function expiry(text: string, problem: (text: string) => string): number {
  const time = momentMs(text, Date.now(), 'after');
  if (time !== null) return time;
  throw new CompanionError('USAGE', problem(text), { hint: texts.badExpiresHint });
}

export interface EditOptions extends Partial<AddOptions> {
  readonly program?: string;
  readonly anyArgs?: boolean;
  readonly anyFolder?: boolean;
  readonly never?: boolean;
}

/** `openclaw-mac policy edit ID …`: what is not named stays as it is. */
export async function editRuleCommand(
  context: CliContext,
  id: string,
  args: readonly string[],
  options: EditOptions,
): Promise<number> {
  requireArguments(args, options);
  const { program, agent, cwd, expires } = options;
  const namesArgs = options.anyArgs || options.exact || options.args !== undefined;
  const folder = cwd === undefined ? undefined : await realDirectory(cwd);
  const end = expires === undefined ? undefined : expiry(expires, texts.badExpires);
  const [ruleId = id] = await fullIds(context, [id]);
  return await changePolicy(context, {
    kind: 'replace',
    ruleId,
    agentId: agent,
    pattern: program === undefined ? undefined : await storedPattern(context, program),
    args: namesArgs ? wantedArguments(args, options) : undefined,
    cwd: options.anyFolder ? null : folder,
    expiresAt: options.never ? null : end,
  });
}

/** As for approvals: a shorter beginning might mean a rule that was made meanwhile. */
const leastIdChars = 8;

/** `openclaw-mac policy remove ID…` */
export async function removeRulesCommand(
  context: CliContext,
  ids: readonly string[],
): Promise<number> {
  return await changePolicy(context, { kind: 'remove', ruleIds: await fullIds(context, ids) });
}

export interface ExpireOptions {
  readonly for?: string;
  readonly never?: boolean;
}

/** `openclaw-mac policy expire ID --for 30d|--never` */
export async function expireRuleCommand(
  context: CliContext,
  id: string,
  options: ExpireOptions,
): Promise<number> {
  const { for: span, never = false } = options;
  if ((span === undefined) !== never) throw usage(texts.forOrNever);
  const expiresAt = span === undefined ? null : expiry(span, texts.badFor);
  const [ruleId = id] = await fullIds(context, [id]);
  return await changePolicy(context, { kind: 'expire', ruleId, expiresAt });
}

/** Without the companion nothing can be changed; then it matters only whether it could be an id. */
async function fullIds(context: CliContext, ids: readonly string[]): Promise<string[]> {
  const { answer, live } = await policyView(context);
  const known = live
    ? [...new Set(ruleIds(answer.document))]
    : ids.filter((id) => id.length >= leastIdChars);
  return [...new Set(ids.map((id) => fullId(id, known)))];
}

function fullId(id: string, known: readonly string[]): string {
  if (known.includes(id)) return id;
  if (id.length < leastIdChars) throw usage(texts.idTooShort(leastIdChars));
  // As it is shown, when it has characters that nobody can type.
  const [only, ...more] = known.filter((one) =>
    [one, displayText(one).text].some((shown) => shown.startsWith(id)),
  );
  if (only !== undefined && more.length === 0) return only;
  const fits = only === undefined ? 0 : more.length + 1;
  throw new CompanionError('INVALID_REQUEST', texts.noSuchRule(id, fits), {
    hint: texts.listHint,
  });
}

type Inherit = typeof inherit;

/** Instead of a value: not set here any more. */
export const inherit = 'inherit';

export interface SetOptions {
  readonly agent?: string;
  readonly security?: Security | Inherit;
  readonly ask?: Ask | Inherit;
  readonly askFallback?: Security | Inherit;
  readonly autoAllowSkills?: 'on' | 'off' | Inherit;
}

const setOrInherit = <V>(value: V): Exclude<V, Inherit> | null =>
  value === inherit ? null : (value as Exclude<V, Inherit>);

/** `openclaw-mac policy set-default …` */
export async function setPolicyCommand(context: CliContext, options: SetOptions): Promise<number> {
  const { security, ask, askFallback, autoAllowSkills } = options;
  const skills = autoAllowSkills === undefined ? undefined : setOrInherit(autoAllowSkills);
  const settings = {
    ...(security === undefined ? {} : { security: setOrInherit(security) }),
    ...(ask === undefined ? {} : { ask: setOrInherit(ask) }),
    ...(askFallback === undefined ? {} : { askFallback: setOrInherit(askFallback) }),
    ...(skills === undefined ? {} : { autoAllowSkills: skills === null ? null : skills === 'on' }),
  };
  if (Object.keys(settings).length === 0) throw usage(texts.nothingToSet);
  return await changePolicy(context, { kind: 'set', agentId: options.agent ?? null, settings });
}

/** `openclaw-mac policy import FILE|-` */
export async function importPolicyCommand(context: CliContext, file: string): Promise<number> {
  const text = await (file === '-' ? readAll(process.stdin) : readFile(file, 'utf8')).catch(
    (cause: unknown) => {
      throw new CompanionError('USAGE', texts.fileUnreadable(file), { cause });
    },
  );
  return await changePolicy(context, { kind: 'import', document: parseJson(text, file) });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold a token.
    throw new CompanionError('INVALID_REQUEST', texts.notJson(file));
  }
}

/** `openclaw-mac policy confirm` */
export async function confirmPolicyCommand(context: CliContext): Promise<number> {
  return await changePolicy(context, { kind: 'confirm' });
}

function usage(message: string): CompanionError {
  return new CompanionError('USAGE', message);
}
