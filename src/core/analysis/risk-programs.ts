import { programName } from '#core/policy/carriers.ts';
import {
  operandRows,
  optionRows,
  type RiskKind,
  type Trait,
  textRows,
  traitRows,
} from './risk-tables.ts';
import { alwaysRunPrograms, waysToRunPrograms } from './runs-programs.ts';

/** The tables of risk notes, made for looking up one word at the same cost as any other. */

const split = (names: string): readonly string[] => names.split(' ');

const gnu: ReadonlySet<string> = new Set(
  split('sed awk find tar sort xargs rm cp mv ln install split timeout nice env stdbuf tee chmod'),
);
const sameProgram: ReadonlyMap<string, string> = new Map(
  Object.entries({
    gawk: 'awk',
    mawk: 'awk',
    nawk: 'awk',
    'original-awk': 'awk',
    frawk: 'awk',
    goawk: 'awk',
    'npm-cli': 'npm',
    'npx-cli': 'npx',
    jaq: 'jq',
    gojq: 'jq',
    'node-gyp': 'make',
  }),
);

/** Longer than every name of the tables. */
const longestName = 48;
const suffix = /\.(?:exe|cmd|bat|com|[cm]?js|basic|tiny|nox|ext\d|xfs|vfat)$/;
const version = /[-_.]?\d[\d.]*[a-z]?$/;

/** The name of the tables for a program, whatever its path, version and suffix; null for others. */
export function knownName(program: string): string | null {
  const name = programName(program).toLowerCase();
  if (name.length > longestName) return null;
  const found = tableName(name);
  if (found !== null || !/[\d.]/.test(name)) return found;
  const stem = name.replace(suffix, '');
  return tableName(stem) ?? tableName(stem.replace(version, ''));
}

function tableName(name: string): string | null {
  const same = sameProgram.get(name);
  if (same !== undefined) return same;
  if (name.startsWith('g') && gnu.has(name.slice(1))) return name.slice(1);
  return knownNames.has(name) ? name : null;
}

const runners = [...alwaysRunPrograms].join(' ');

/** Rows of {@link waysToRunPrograms}, in the form of ours. */
const ways = Object.entries(waysToRunPrograms);
const wayOptions = ways.flatMap(([name, { options = [] }]) => {
  // `git push -u` is nothing; the letters that matter are in a row of their subcommand.
  const telling = name === 'git' ? options.filter((option) => option.length > 2) : options;
  return telling.length === 0 ? [] : [['runs', name, telling.join(' ')] as const];
});
const wayOperands = ways.flatMap(([name, { subcommands = [] }]) =>
  subcommands.length === 0 ? [] : [['runs', name, subcommands.join(' ')] as const],
);
/** What jq can read it does not run. */
const wayTexts = ways.flatMap(([name, { text }]) =>
  text === undefined ? [] : [[name === 'jq' ? 'environment' : 'runs', name, text] as const],
);

function traitTable(): ReadonlyMap<string, ReadonlySet<Trait>> {
  const table = new Map<string, Set<Trait>>();
  for (const [trait, names] of [...traitRows, ['runs', runners] as const]) {
    for (const name of split(names)) table.set(name, (table.get(name) ?? new Set()).add(trait));
  }
  return table;
}

/** One thing that a word may mean, and the program it means it for. */
export interface Meaning {
  readonly program: string;
  readonly kind: RiskKind;
}

function meanings(
  rows: readonly (readonly [RiskKind, string, string])[],
): ReadonlyMap<string, readonly Meaning[]> {
  const table = new Map<string, Meaning[]>();
  for (const [kind, programs, words] of rows) {
    for (const word of split(words).flatMap(spellings)) {
      const known = table.get(word) ?? [];
      known.push(...programsOf(programs).map((program) => ({ program, kind })));
      table.set(word, known);
    }
  }
  return table;
}

/** `git clean` is one entry, `tar bsdtar` are two. */
function programsOf(names: string): readonly string[] {
  return names.startsWith('git ') ? [names] : split(names);
}

/** GNU takes every beginning of a long option (S10). */
function spellings(option: string): readonly string[] {
  if (!option.startsWith('--')) return [option];
  const lengths = Array.from({ length: option.length - 2 }, (_, index) => index + 3);
  return lengths.map((length) => option.slice(0, length));
}

export const traits = traitTable();
export const optionMeanings = meanings([...optionRows, ...wayOptions]);
/** The same for one letter behind one dash, several of which may be joined. */
export const letterMeanings: ReadonlyMap<string, readonly Meaning[]> = new Map(
  [...optionMeanings].flatMap(([option, known]) =>
    /^-[A-Za-z]$/.test(option) ? [[option.slice(1), known] as const] : [],
  ),
);
export const operandMeanings = meanings([...operandRows, ...wayOperands]);

const allTextRows = [...textRows, ...wayTexts];
export const textMeanings = allTextRows.flatMap(([kind, programs, pattern]) =>
  programsOf(programs).map((program) => ({ program, kind, pattern })),
);
/** Whether a word can have a meaning of {@link textMeanings} at all. */
export const anyTextMeaning = new RegExp(
  allTextRows.map(([, , { source }]) => source).join('|'),
  'i',
);

const knownNames: ReadonlySet<string> = new Set([
  ...['cd', 'pushd', '.', 'source'],
  ...traits.keys(),
  ...[...optionRows, ...operandRows, ...textRows].flatMap(([, programs]) => split(programs)),
  ...Object.keys(waysToRunPrograms),
]);

/** Words behind `git` that change what later options mean. */
export const gitCommands: ReadonlySet<string> = new Set(
  [...optionRows, ...operandRows, ...textRows].flatMap(([, name]) =>
    name.startsWith('git ') ? [name.slice(4)] : [],
  ),
);
