import { baseName } from './path-pattern.ts';
import type { Invocation } from './rule-index.ts';
import { defaultProfiles, optInProfiles, type SafeBinProfile } from './safe-bin-profiles.ts';

export type SafeBinAnswer =
  | { readonly ok: true }
  /** `why` is a sentence for people. */
  | { readonly ok: false; readonly why: string };

const trustedFolders = ['/bin', '/usr/bin'];

/**
 * Whether the invocation is a small filter of the system, called so that it reads nothing but its
 * standard input (exec-ipc §5.6, S10). Decided from the arguments alone.
 * @param extra names of opt-in profiles that the policy switched on.
 */
export function safeBin(
  invocation: Invocation,
  extra: ReadonlySet<string> = new Set(),
): SafeBinAnswer {
  const { argv, executable, byName } = invocation;
  const [called, ...args] = argv;
  const name = baseName(executable);
  const optIn = extra.has(name) ? optInProfiles.get(name) : undefined;
  const profile = defaultProfiles.get(name) ?? optIn;
  const ownPaths = trustedFolders.map((folder) => `${folder}/${name}`);
  if (profile === undefined || !ownPaths.includes(executable)) {
    return { ok: false, why: `${executable} is not one of the safe programs.` };
  }
  const isOwnName = byName ? called === name : ownPaths.includes(called);
  const fault = isOwnName ? firstFault(args, profile) : `it was called as "${called}"`;
  return fault === null ? { ok: true } : { ok: false, why: `${name} is not safe here: ${fault}.` };
}

/** A step over one token: how many tokens it took, or what is wrong with it. */
type Step = { readonly took: 1 | 2 } | { readonly fault: string };

function firstFault(args: readonly string[], profile: SafeBinProfile): string | null {
  const [min, max] = profile.positionals;
  let positionals = 0;
  let flagsEnded = false;
  for (let at = 0; at < args.length; ) {
    const token = args[at] ?? '';
    if (token === '--' && !flagsEnded) {
      flagsEnded = true;
      at += 1;
    } else if (flagsEnded || token === '-' || !token.startsWith('-')) {
      // `-` is no exception: on macOS some of these programs open a file of that name.
      const fault = ++positionals > max ? `"${token}" could name a file` : literalFault(token);
      if (fault !== null) return fault;
      at += 1;
    } else {
      const step = readFlag(token, args[at + 1], profile);
      if ('fault' in step) return step.fault;
      at += step.took;
    }
  }
  return positionals < min ? 'it says too little' : null;
}

function readFlag(token: string, next: string | undefined, profile: SafeBinProfile): Step {
  return token.startsWith('--')
    ? readLongFlag(token, next, profile)
    : readShortFlags(token, next, profile);
}

function readLongFlag(token: string, next: string | undefined, profile: SafeBinProfile): Step {
  const equals = token.indexOf('=');
  const written = equals === -1 ? token : token.slice(0, equals);
  const attached = equals === -1 ? undefined : token.slice(equals + 1);
  const flag = resolveAbbreviation(written, profile);
  if (flag !== null && profile.values.has(flag)) return readValue(flag, attached, next);
  if (flag !== null && profile.optionalValues.has(flag)) {
    return attached === undefined ? { took: 1 } : readValue(flag, attached, next);
  }
  const isBoolean = flag !== null && profile.booleans.has(flag) && attached === undefined;
  return isBoolean ? { took: 1 } : { fault: `the flag ${written} is not one of those allowed` };
}

/** As GNU does: the flag itself, or the only one that starts so; refused flags count (S10). */
function resolveAbbreviation(written: string, profile: SafeBinProfile): string | null {
  const { values, optionalValues, booleans, refused } = profile;
  const known = [...values, ...optionalValues, ...booleans, ...refused];
  if (known.includes(written)) return written;
  const meant = known.filter((flag) => flag.startsWith(written));
  return meant.length === 1 ? (meant[0] ?? null) : null;
}

/** `-dc`, `-n5`, `-cn 5`: the first flag that takes a value takes the rest. */
function readShortFlags(token: string, next: string | undefined, profile: SafeBinProfile): Step {
  for (let at = 1; at < token.length; at++) {
    const flag = `-${token.charAt(at)}`;
    if (profile.values.has(flag)) {
      const rest = token.slice(at + 1);
      return readValue(flag, rest === '' ? undefined : rest, next);
    }
    if (!profile.booleans.has(flag)) {
      return { fault: `the flag ${flag} is not one of those allowed` };
    }
  }
  return { took: 1 };
}

function readValue(flag: string, attached: string | undefined, next: string | undefined): Step {
  const value = attached ?? next;
  if (value === undefined) return { fault: `the flag ${flag} needs a value` };
  const fault = literalFault(value);
  if (fault !== null) return { fault };
  return { took: attached === undefined ? 2 : 1 };
}

function literalFault(token: string): string | null {
  if (/[*?[\]]/.test(token)) return `"${token}" holds wildcard characters`;
  if (token.includes('$')) return `"${token}" holds a "$"`;
  const isPathLike = /^(?:[/~\\]|[A-Za-z]:[\\/])/.test(token) || /^\.{1,2}(?:\/|$)/.test(token);
  return isPathLike ? `"${token}" looks like a path` : null;
}
