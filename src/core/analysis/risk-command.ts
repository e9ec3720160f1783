import { joinSources, type Place, type TextSource } from '#core/text-source.ts';
import { meetArgument } from './risk-arguments.ts';
import {
  type Findings,
  mark,
  meetNetwork,
  meetOutput,
  note,
  type Places,
} from './risk-findings.ts';
import { leavesFolder } from './risk-paths.ts';
import { blindWords, type TextWord } from './risk-pieces.ts';
import { knownName, traits } from './risk-programs.ts';
import { createScan, maxDepth, type PlacedWords, type Scan, type ScanMode } from './risk-scan.ts';
import { runsUnverified, shellRunsUnverified } from './risk-scripts.ts';
import type { Trait } from './risk-tables.ts';
import { guessCommands } from './risk-text.ts';

/** @param alias a second name of the first word, such as the real path of the program. */
export function scanArgv(
  placed: PlacedWords,
  found: Findings,
  options: { readonly alias: string; readonly isTransport: boolean },
): void {
  const { alias, isTransport } = options;
  scan(placed, found, { depth: maxDepth, isTransport, isOpen: false }, alias);
}

function scan(placed: PlacedWords, found: Findings, mode: ScanMode, alias?: string): void {
  const state = createScan(placed, found, mode);
  if (alias !== undefined) meetProgram(state, alias, 0);
  for (const [index, word] of state.words.entries()) {
    if (index === 0 || state.isOpen) meetProgram(state, word, index);
    if (index === 0 && word.includes('$')) meetComputed(state);
    if (index > 0) meetArgument(state, word, index);
  }
  // All at once: many short texts cost as much as one long one.
  if (state.texts.length > 0) scanText(joinSources(state.texts), found, mode.depth);
}

function meetComputed({ found, places: [place] }: Scan): void {
  found.isComputed = true;
  for (const kind of ['runs', 'downloads'] as const) mark(found, kind, place);
}

/** Words of which nobody knows to which command they belong: each may go with each. */
function scanPieces(source: TextSource, found: Findings): void {
  const placed = placesOfEach(source);
  const mode = { depth: -1, isTransport: false, isOpen: true };
  const state = createScan(
    { words: [...placed.keys()], places: [...placed.values()] },
    found,
    mode,
  );
  for (const [index, word] of state.words.entries()) meetProgram(state, word, index);
  for (const [index, word] of state.words.entries()) meetArgument(state, word, index);
}

/** Places of one word that are looked at. */
const mostPlaces = 16;

function placesOfEach(source: TextSource): ReadonlyMap<string, readonly Place[]> {
  const placed = new Map<string, Place[]>();
  for (const { text, start, end } of blindWords(source.text)) {
    const places = placed.get(text);
    if (places === undefined) placed.set(text, [{ source, start, end }]);
    else if (places.length < mostPlaces) places.push({ source, start, end });
  }
  return placed;
}

function scanText(source: TextSource, found: Findings, depth: number): void {
  if (depth <= 0) {
    scanPieces(source, found);
    return;
  }
  const { commands, isDoubtful } = guessCommands(source.text);
  for (const { words, writesTo } of commands) {
    const mode = { depth: depth - 1, isTransport: false, isOpen: false };
    scan(placedIn(source, words), found, mode);
    for (const { text, ...place } of writesTo) meetOutput(found, text, [{ source, ...place }]);
  }
  if (isDoubtful) scanPieces(source, found);
}

export function placedIn(source: TextSource, words: readonly TextWord[]): PlacedWords {
  return {
    words: words.map(({ text }) => text),
    places: words.map(({ start, end }) => [{ source, start, end }]),
  };
}

function meetProgram(state: Scan, word: string, index: number): void {
  const name = knownName(word);
  if (name === null) return;
  const { found, words, places, seen } = state;
  if (name === 'cd' || name === 'pushd') {
    if (leavesFolder(words[index + 1], found.cwd)) found.hasMoved = true;
  }
  if (name === '.' || name === 'source') {
    if (index === 0) note(found, 'unverified', name, places[0]);
    if (index === 0) meetNetwork(found, 'runners', name, places[0]);
  }
  if (!seen.has(name)) seen.set(name, state.operands);
  for (const trait of traits.get(name) ?? []) meetTrait(state, trait, name, index);
}

function meetTrait(state: Scan, trait: Trait, name: string, index: number): void {
  const { found } = state;
  const places = state.places[index];
  if (trait === 'copier' && !state.traits.has(trait)) state.copierAt = state.operands;
  state.traits.add(trait);
  switch (trait) {
    case 'writer':
    case 'copier':
      return;
    case 'fetcher':
      meetNetwork(found, 'fetchers', name, places);
      return;
    case 'carrier':
      meetCarrier(state, name, places);
      return;
    case 'shell':
    case 'interpreter':
      meetInterpreter(state, trait === 'shell', name, index);
      return;
    default:
      note(found, trait, name, places);
  }
}

/** Arguments of `env` that are neither a program nor hold one, as `-S` does. */
const onlyForEnv = /^-(?:$|[^S-]|-[^s])|^[^-=][^=]*=/;

function meetCarrier(state: Scan, name: string, places: Places): void {
  const { found, words } = state;
  state.isOpen = true;
  note(found, 'runs', name, places);
  if (name === 'eval') meetNetwork(found, 'runners', name, places);
  if (name !== 'env') return;
  const program = words.findIndex((word, index) => index > 0 && !onlyForEnv.test(word));
  if (program < 0) note(found, 'environment', name, places);
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
  const runs = isShell && !isTransport;
  const places = state.places[index];
  if (isShell) state.isOpen = true;
  if (isUnverified) note(found, 'unverified', name, places);
  if (runs) note(found, 'runs', name, places);
  if (isUnverified || runs) meetNetwork(found, 'runners', name, places);
}
