import { type Place, type Span, spanOf } from '#core/text-source.ts';
import { isOutside } from './risk-paths.ts';
import { type RiskKind, riskKinds } from './risk-tables.ts';

/** What was found so far, over all commands of a plan. */
export interface Findings {
  /** Working folder of the plan. */
  readonly cwd: string;
  /** Where its programs start: below or beside `cwd` when the text enters a folder first. */
  readonly folder: string;
  /** Scripts whose content is part of the plan. */
  readonly hashed: ReadonlySet<string>;
  /** Programs by the kind of note, as the tables name them: never a word of the command. */
  readonly programs: ReadonlyMap<RiskKind, Set<string>>;
  /** Programs that get something from the network, and those that run what they get. */
  readonly fetchers: Set<string>;
  readonly runners: Set<string>;
  /** By the kind of note and where they begin: the words of the command text that made us say it. */
  readonly marks: ReadonlyMap<RiskKind, Map<number, Span>>;
  writesOutside: boolean;
  /** A program is named by what another one prints or a variable holds. */
  isComputed: boolean;
  /** The working folder is no longer the one of the plan. */
  hasMoved: boolean;
}

type Start = Pick<Findings, 'cwd' | 'folder' | 'hashed'>;

export function createFindings(start: Start): Findings {
  return {
    ...start,
    programs: new Map(riskKinds.map((kind) => [kind, new Set<string>()])),
    marks: new Map(riskKinds.map((kind) => [kind, new Map<number, Span>()])),
    fetchers: new Set(),
    runners: new Set(),
    writesOutside: false,
    isComputed: false,
    hasMoved: isOutside(start.folder, start.cwd),
  };
}

/** Where a word stands: more than one place where nobody knows which of them counts. */
export type Places = readonly Place[] | undefined;

export function note(found: Findings, kind: RiskKind, program: string, places: Places): void {
  found.programs.get(kind)?.add(program);
  mark(found, kind, places);
}

/** Words of one note that are pointed at: a text can be made of nothing else (S26). */
const mostMarks = 64;

export function mark(found: Findings, kind: RiskKind, places: Places = []): void {
  const marks = found.marks.get(kind);
  for (const place of places) {
    if (marks === undefined || marks.size >= mostMarks) return;
    const span = spanOf(place);
    if (span !== null) marks.set(span.start, span);
  }
}

/** A file that is written or deleted. */
export function meetOutput(found: Findings, path: string, places: Places): void {
  const isMoved = found.hasMoved && !path.startsWith('/');
  if (!isMoved && !isOutside(path, found.cwd)) return;
  found.writesOutside = true;
  mark(found, 'outside', places);
}

/** A program that gets something from the network, or one that may run what it gets. */
export function meetNetwork(
  found: Findings,
  part: 'fetchers' | 'runners',
  program: string,
  places: Places,
): void {
  found[part].add(program);
  mark(found, 'downloads', places);
}
