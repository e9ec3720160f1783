import { type NotedCommand, riskNotes } from './risk-notes.ts';
import type { RiskNote } from './types.ts';

/** A command that somebody else runs, or that nobody looked up yet. */
interface ClaimedWords {
  readonly text: string;
  /** Null where the text is all that is claimed; a shell may read it then. */
  readonly argv: readonly string[] | null;
  readonly cwd: string | null;
}

/** What cannot be looked up: whatever has a place of its own is outside. */
const unknownFolder = '?';

/** {@link riskNotes} of the words alone: what they name is not looked at, so no content is known. */
export function claimedRiskNotes({ text, argv, cwd }: ClaimedWords): readonly RiskNote[] {
  const [program = '', ...rest] = argv ?? ['/bin/sh', '-c', text];
  const command: NotedCommand = {
    argv: [program, ...rest],
    commandText: text,
    executable: { path: program },
    cwd: { path: cwd ?? unknownFolder },
    proof: { kind: 'unproved', reason: '' },
    sightings: [],
  };
  return riskNotes(command);
}
