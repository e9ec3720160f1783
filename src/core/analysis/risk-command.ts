import { meetArgument } from './risk-arguments.ts';
import { type Findings, meetOutput, note } from './risk-findings.ts';
import { leavesFolder } from './risk-paths.ts';
import { blindWords } from './risk-pieces.ts';
import { knownName, traits } from './risk-programs.ts';
import { createScan, maxDepth, type Scan, type ScanMode } from './risk-scan.ts';
import { runsUnverified, shellRunsUnverified } from './risk-scripts.ts';
import type { Trait } from './risk-tables.ts';
import { guessCommands } from './risk-text.ts';

/** @param alias a second name of the first word, such as the real path of the program. */
export function scanArgv(
  words: readonly string[],
  found: Findings,
  options: { readonly alias: string; readonly isTransport: boolean },
): void {
  const { alias, isTransport } = options;
  scan(words, found, { depth: maxDepth, isTransport, isOpen: false }, alias);
}

function scan(words: readonly string[], found: Findings, mode: ScanMode, alias?: string): void {
  const state = createScan(words, found, mode);
  if (alias !== undefined) meetProgram(state, alias, 0);
  for (const [index, word] of words.entries()) {
    if (index === 0 || state.isOpen) meetProgram(state, word, index);
    if (index === 0 && word.includes('$')) found.isComputed = true;
    if (index > 0) meetArgument(state, word, words[index + 1]);
  }
  // All at once: many short texts cost as much as one long one.
  if (state.texts.length > 0) scanText(state.texts.join('\n'), found, mode.depth);
}

/** Words of which nobody knows to which command they belong: each may go with each. */
function scanPieces(words: readonly string[], found: Findings): void {
  const pieces = [...new Set(words)];
  const state = createScan(pieces, found, { depth: -1, isTransport: false, isOpen: true });
  for (const [index, word] of pieces.entries()) meetProgram(state, word, index);
  for (const [index, word] of pieces.entries()) meetArgument(state, word, pieces[index + 1]);
}

function scanText(text: string, found: Findings, depth: number): void {
  if (depth <= 0) {
    scanPieces(blindWords(text), found);
    return;
  }
  const { commands, isDoubtful } = guessCommands(text);
  for (const { words, writesTo } of commands) {
    scan(words, found, { depth: depth - 1, isTransport: false, isOpen: false });
    for (const path of writesTo) meetOutput(found, path);
  }
  if (isDoubtful) scanPieces(blindWords(text), found);
}

function meetProgram(state: Scan, word: string, index: number): void {
  const name = knownName(word);
  if (name === null) return;
  const { found, words, seen } = state;
  if (name === 'cd' || name === 'pushd') {
    if (leavesFolder(words[index + 1], found.cwd)) found.hasMoved = true;
  }
  if (name === '.' || name === 'source') {
    if (index === 0) note(found, 'unverified', name);
    if (index === 0) found.runners.add(name);
  }
  if (!seen.has(name)) seen.set(name, state.operands);
  for (const trait of traits.get(name) ?? []) meetTrait(state, trait, name, index);
}

function meetTrait(state: Scan, trait: Trait, name: string, index: number): void {
  const { found } = state;
  if (trait === 'copier' && !state.traits.has(trait)) state.copierAt = state.operands;
  state.traits.add(trait);
  switch (trait) {
    case 'writer':
    case 'copier':
      return;
    case 'fetcher':
      found.fetchers.add(name);
      return;
    case 'carrier':
      meetCarrier(state, name);
      return;
    case 'shell':
    case 'interpreter':
      meetInterpreter(state, trait === 'shell', name, index);
      return;
    default:
      note(found, trait, name);
  }
}

/** Arguments of `env` that are neither a program nor hold one, as `-S` does. */
const onlyForEnv = /^-(?:$|[^S-]|-[^s])|^[^-=][^=]*=/;

function meetCarrier(state: Scan, name: string): void {
  const { found, words } = state;
  state.isOpen = true;
  note(found, 'runs', name);
  if (name === 'eval') found.runners.add(name);
  if (name !== 'env') return;
  const program = words.findIndex((word, index) => index > 0 && !onlyForEnv.test(word));
  if (program < 0) note(found, 'environment', name);
}

/** Words behind an interpreter that are looked at to find its script. */
const lookAhead = 24;

/** Interpreters of one command whose scripts are looked for. */
const maxInterpreters = 64;

function meetInterpreter(state: Scan, isShell: boolean, name: string, index: number): void {
  const { found, words, mode } = state;
  // Behind another program, the folder and so the script may be others than the plan's.
  const isPlan = index === 0 && mode.depth === maxDepth;
  const hashed = isPlan ? found.hashed : new Set<string>();
  const check = isShell ? shellRunsUnverified : runsUnverified;
  state.interpreters += 1;
  const isUnverified =
    state.interpreters > maxInterpreters ||
    check(words.slice(index + 1, index + 1 + lookAhead), found.folder, hashed);
  const isTransport = mode.isTransport && index === 0;
  if (isShell) state.isOpen = true;
  if (isUnverified) note(found, 'unverified', name);
  if (isShell && !isTransport) note(found, 'runs', name);
  if (isUnverified || (isShell && !isTransport)) found.runners.add(name);
}
