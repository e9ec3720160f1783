import type { FrozenPlan, PathIdentity } from '#core/exec/types.ts';
import { messages } from '#core/messages.ts';
import type { TextSource } from '#core/text-source.ts';
import { characterNotes } from './risk-characters.ts';
import { scanArgv } from './risk-command.ts';
import { createFindings, type Findings } from './risk-findings.ts';
import { knownName, traits } from './risk-programs.ts';
import { hashedFiles } from './risk-scripts.ts';
import { placedArgv, placedSegments, sourcesOf } from './risk-sources.ts';
import { type RiskKind, riskKinds } from './risk-tables.ts';
import type { RiskNote } from './types.ts';

/** What notes are made of: a plan, or as much of one as there is. */
export type NotedCommand = Pick<FrozenPlan, 'argv' | 'commandText' | 'proof' | 'sightings'> & {
  readonly executable: Pick<PathIdentity, 'path'>;
  readonly cwd: Pick<PathIdentity, 'path'>;
};

/**
 * What the words of a command say it could do, for the person who is asked. Never a verdict: a note
 * may be a false alarm, and policy does not read them. Linear, never throws; the order is stable.
 */
export function riskNotes(plan: NotedCommand): readonly RiskNote[] {
  const sources = sourcesOf(plan);
  const found = findingsOf(plan, sources);
  return [
    // First: no other note is worth reading about a text that is not what it looks like.
    ...characterNotes(plan.argv, sources),
    ...riskKinds.flatMap((kind) => noteOf(kind, found)),
  ];
}

function findingsOf(plan: NotedCommand, sources: readonly TextSource[]): Findings {
  const { argv, executable, proof } = plan;
  const cwd = plan.cwd.path;
  const folder = proof.kind === 'proved' ? proof.cwd.path : cwd;
  const found = createFindings({ cwd, folder, hashed: hashedFiles(plan) });
  // What is proved redirects nowhere, so its segments are all there is.
  const segments = proof.kind === 'proved' ? proof.segments : [{ argv, executable }];
  const isTransport = proof.kind === 'unproved' && isShell(argv[0], executable.path);
  const isText = proof.kind === 'proved' && proof.form !== 'argv';
  const texts = isText ? placedSegments(segments, sources) : [];
  for (const [index, segment] of segments.entries()) {
    const placed = texts[index] ?? placedArgv(segment.argv, sources);
    scanArgv(placed, found, { alias: segment.executable.path, isTransport });
  }
  return found;
}

function isShell(...names: readonly string[]): boolean {
  return names.some((name) => traits.get(knownName(name) ?? '')?.has('shell'));
}

function noteOf(kind: RiskKind, found: Findings): readonly RiskNote[] {
  const marks = found.marks.get(kind) ?? [];
  const spans = Array.from(marks, ([, span]) => span);
  return sentenceOf(kind, found).map((text) => ({
    text,
    isPrivilege: kind === 'privilege',
    spans,
  }));
}

function sentenceOf(kind: RiskKind, found: Findings): readonly string[] {
  const { risks } = messages;
  const programs = [...(found.programs.get(kind) ?? [])];
  switch (kind) {
    case 'outside':
      return found.writesOutside ? [risks.outside] : [];
    case 'downloads': {
      const runs = found.runners.size > 0 || found.isComputed;
      if (found.fetchers.size === 0 || !runs) return [];
      return [risks.downloads([...found.fetchers, ...found.runners])];
    }
    case 'runs':
      if (found.isComputed) programs.push(risks.computed);
      break;
    default:
  }
  return programs.length === 0 ? [] : [risks[kind](programs)];
}
