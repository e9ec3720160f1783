import { type Place, sourceOf } from '#core/text-source.ts';
import { mark, meetOutput, note } from './risk-findings.ts';
import { attachedOutput, isOutputOption } from './risk-paths.ts';
import { blindWords } from './risk-pieces.ts';
import {
  anyTextMeaning,
  gitCommands,
  letterMeanings,
  type Meaning,
  operandMeanings,
  optionMeanings,
  textMeanings,
} from './risk-programs.ts';
import { maxDepth, type Scan } from './risk-scan.ts';
import { isHashed } from './risk-scripts.ts';
import { sedRunsCommands, sedWritesOutside } from './risk-sed.ts';
import { outputOptions } from './risk-tables.ts';

/** What one argument says about the programs before it. */
export function meetArgument(state: Scan, word: string, index: number): void {
  const { found, mode, places } = state;
  if (state.isOpen) keepText(state, word, index);
  const output = attachedOutput(word);
  if (output !== null) meetOutput(found, output, places[index]);
  if (!word.startsWith('-') || word.length === 1) {
    meetOperand(state, word, index);
    return;
  }
  meetOption(state, word, index);
  const next = state.words[index + 1];
  // Among pieces, the next one may be of another command.
  if (next === undefined || mode.depth < 0) return;
  const isOutput = isOutputOption(word) || outputOptions.some(hasOutput(state.seen, word));
  if (isOutput) meetOutput(found, next, places[index + 1]);
}

type OutputOption = (typeof outputOptions)[number];

function hasOutput(seen: Scan['seen'], option: string): (row: OutputOption) => boolean {
  return ([program, options]) => seen.has(program) && options.test(option);
}

/** Behind a program that runs what its arguments say, a word with spaces is a text of its own. */
function keepText(state: Scan, word: string, index: number): void {
  const {
    mode: { depth, isTransport },
    texts,
  } = state;
  if (depth < 0) return;
  if (!isTransport && !/[\s;&|`()<>]/.test(word)) return;
  const [place = nowhere(word)] = state.places[index] ?? [];
  const source = sourceOf(word, place);
  const part = (text: string, start: number) =>
    sourceOf(text, { source, start, end: start + text.length });
  if (!word.startsWith('-')) {
    texts.push(source);
    return;
  }
  // `-S'bash -c id'`, `--split-string=bash -c id`: the value begins somewhere in the word.
  for (const { text, start } of blindWords(word).slice(1)) texts.push(part(text, start));
  const value = word.replace(/^--?\w*=?/, '');
  texts.push(part(value, word.length - value.length));
}

function nowhere({ length }: string): Place {
  return { source: null, start: 0, end: length };
}

/** Single letters behind one dash; more than that is a value. */
const longestCluster = 16;

function meetOption(state: Scan, word: string, index: number): void {
  const { seen, found, traits: known, places } = state;
  const next = state.words[index + 1];
  const isLong = word.startsWith('--');
  const end = isLong ? word.indexOf('=') : -1;
  meetMeanings(state, optionMeanings.get(end < 0 ? word : word.slice(0, end)), index);
  if (!isLong && word.length > 2) {
    for (const letter of word.slice(1, 1 + longestCluster)) {
      meetMeanings(state, letterMeanings.get(letter), index);
    }
  }
  if (seen.has('git') && /^-c(?:$|[A-Za-z]+\.)/.test(word)) {
    if (word !== '-c' || next?.includes('.')) note(found, 'runs', 'git', places[index]);
  }
  if (!seen.has('sed')) return;
  if (/^-[a-zA-Z]*i|^--in-place/.test(word)) known.add('writer');
  meetSed(state, word.replace(/^--?\w*=?/, ''), index);
}

function meetMeanings(state: Scan, meanings: readonly Meaning[] = [], index: number): void {
  const { seen, found, mode, isOpen, places } = state;
  // The file an option may name.
  const next = state.words[index + 1] ?? '';
  for (const { program, kind } of meanings) {
    if (!seen.has(program)) continue;
    const isOfPlan = mode.depth === maxDepth && !isOpen;
    const isVerified = isOfPlan && isHashed(next, found.folder, found.hashed);
    if (kind !== 'unverified' || !isVerified) note(found, kind, program, places[index]);
  }
}

function meetOperand(state: Scan, word: string, index: number): void {
  const { seen, traits: known, found } = state;
  const places = state.places[index];
  if (seen.has('git') && gitCommands.has(word)) seen.set(`git ${word}`, state.operands);
  for (const { program, kind } of operandMeanings.get(word) ?? []) {
    if (isEarly(state, program)) note(found, kind, program, places);
  }
  if (anyTextMeaning.test(word)) {
    for (const { program, kind, pattern } of textMeanings) {
      if (seen.has(program) && pattern.test(word)) note(found, kind, program, places);
    }
  }
  if (seen.has('sed')) meetSed(state, word, index);
  // What an expansion turns into may be an option.
  if (seen.has('rm') && word.startsWith('$')) note(found, 'deletes', 'rm', places);
  const isWritten = known.has('writer') || (known.has('copier') && state.operands > state.copierAt);
  if (isWritten) meetOutput(found, word, places);
  state.operands += 1;
}

/** Whether a word behind a program may be its subcommand; the value of an option may precede it. */
function isEarly({ seen, operands, mode }: Scan, program: string): boolean {
  const before = seen.get(program);
  return before !== undefined && (mode.depth < 0 || operands - before < 2);
}

function meetSed({ found, places }: Scan, script: string, index: number): void {
  if (sedRunsCommands(script)) note(found, 'runs', 'sed', places[index]);
  if (!sedWritesOutside(script)) return;
  found.writesOutside = true;
  mark(found, 'outside', places[index]);
}
