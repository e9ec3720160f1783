import type { TextSource } from '#core/text-source.ts';
import type { Findings, Places } from './risk-findings.ts';
import type { Trait } from './risk-tables.ts';

/** A text may hold a text: that many times. */
export const maxDepth = 3;

/** How the words of a command are to be read. */
export interface ScanMode {
  /** Texts in texts that may still be opened; below 0 none, as the words are pieces of one. */
  readonly depth: number;
  /** The shell that a plan starts is how it is sent, not what it does. */
  readonly isTransport: boolean;
  /** Any word may be a program from the start. */
  readonly isOpen: boolean;
}

/** One command while its words are looked at; every step costs the same, however long it is. */
export interface Scan {
  readonly words: readonly string[];
  /** Of each word. */
  readonly places: readonly Places[];
  readonly found: Findings;
  readonly mode: ScanMode;
  /** Any word may be a program. */
  isOpen: boolean;
  /** Programs met, and how many operands came before each. */
  readonly seen: Map<string, number>;
  readonly traits: Set<Trait>;
  operands: number;
  /** Operands before the first program of the kind `copier`. */
  copierAt: number;
  interpreters: number;
  /** Words that are a text for a shell, or hold one. */
  readonly texts: TextSource[];
}

/** Words, and where each of them stands. */
export type PlacedWords = Pick<Scan, 'words' | 'places'>;

export function createScan(placed: PlacedWords, found: Findings, mode: ScanMode): Scan {
  const sets = { seen: new Map<string, number>(), traits: new Set<Trait>() };
  const counts = { operands: 0, copierAt: 0, interpreters: 0 };
  return { ...placed, found, mode, isOpen: mode.isOpen, ...sets, ...counts, texts: [] };
}
