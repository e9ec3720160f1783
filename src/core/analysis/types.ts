import type { Span } from '#core/text-source.ts';

/** What the words of a command say it could do. */
export interface RiskNote {
  readonly text: string;
  /** It will run with more power than a person may think. */
  readonly isPrivilege: boolean;
  /** The words of the command text that it speaks of; none where nobody knows them. */
  readonly spans: readonly Span[];
}

/** What a shell text was found to be (decisions D9). */
export type ShellText =
  | {
      readonly kind: 'literal';
      /** Every command of the text, in order, quotes removed; none of them expands anything. */
      readonly commands: readonly [LiteralCommand, ...LiteralCommand[]];
      /** One command and nothing else: no redirection, no separator at its end that matters. */
      readonly isSingle: boolean;
      /** Where each of the commands stands. */
      readonly places: readonly CommandPlace[];
    }
  /** `reason` is a sentence for people: the first thing that cannot be proved. */
  | { readonly kind: 'unproved'; readonly reason: string };

/** Where a command stands in its text. */
export interface CommandPlace {
  /** Its name as written, quotes included: from here up to `nameEnd`. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** It reads what the command before it writes, so both start together. */
  readonly isPiped: boolean;
}

export type LiteralCommand = readonly [string, ...string[]];

/** Whether an argv hands a text to a shell. */
export type ShellCall =
  | { readonly kind: 'none' }
  /** `sh -c TEXT` or `sh -lc TEXT` of a system shell, and nothing more. */
  | { readonly kind: 'text'; readonly text: string }
  /** A shell, called in a way that is not analysed. */
  | { readonly kind: 'unproved'; readonly reason: string };
