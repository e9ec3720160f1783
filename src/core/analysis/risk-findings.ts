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
    fetchers: new Set(),
    runners: new Set(),
    writesOutside: false,
    isComputed: false,
    hasMoved: isOutside(start.folder, start.cwd),
  };
}

export function note({ programs }: Findings, kind: RiskKind, program: string): void {
  programs.get(kind)?.add(program);
}

/** A file that is written or deleted. */
export function meetOutput(found: Findings, path: string): void {
  const isMoved = found.hasMoved && !path.startsWith('/');
  if (isMoved || isOutside(path, found.cwd)) found.writesOutside = true;
}
