import { readLeadingFolder } from '#core/analysis/leading-folder.ts';
import { readShellCall } from '#core/analysis/shell-call.ts';
import { readShellText } from '#core/analysis/shell-text.ts';
import type { ShellText } from '#core/analysis/types.ts';
import type { PathProbe } from '#core/ports.ts';
import { canonicalCommandText } from './command-text.ts';
import { pinnedText } from './pinned-text.ts';
import { lookUpProgram, lookUpScripts } from './sightings.ts';
import type { PathIdentity, PlanProof, PlanSegment, Sighting } from './types.ts';

type ProvedPlan = Extract<PlanProof, { kind: 'proved' }>;
type LiteralText = Extract<ShellText, { kind: 'literal' }>;

interface ProofDeps {
  readonly searchPath: string;
  readonly probe: PathProbe;
}

/** A proof and what was looked at for it. */
export interface Proof {
  readonly proof: PlanProof;
  readonly sightings: readonly Sighting[];
}

/**
 * Finds out which programs a command starts, as far as that can be proved (decisions D9). Looks at
 * the disk; the programs of a shell text are found where the shell will find them.
 */
export async function prove(
  whole: PlanSegment,
  cwd: PathIdentity,
  deps: ProofDeps,
): Promise<Proof> {
  const call = readShellCall(whole.argv);
  if (call.kind === 'none') {
    return {
      proof: { kind: 'proved', form: 'argv', segments: [whole], text: null, cwd },
      sightings: [],
    };
  }
  if (call.kind === 'unproved') return { proof: call, sightings: [] };
  if (!isSystemProgram(whole.executable.path)) {
    const reason = `${whole.executable.path} is no shell of the system, so its text is not read.`;
    return { proof: { kind: 'unproved', reason }, sightings: [] };
  }
  return await proveText(call.text, cwd, deps);
}

/** `cd FOLDER && …` is proved as what follows it, in that folder. */
async function proveText(whole: string, start: PathIdentity, deps: ProofDeps): Promise<Proof> {
  const entered = readLeadingFolder(whole);
  const words = entered?.rest ?? whole;
  const text = readShellText(words);
  if (text.kind === 'unproved') return { proof: text, sightings: [] };
  if (entered === null) return await proveCommands(words, text, start, deps);
  const { folder } = entered;
  const path = folder.startsWith('/') ? folder : `${start.path}/${folder}`;
  const cwd = await deps.probe.look(path, 'directory');
  if (cwd === null) {
    const reason = `${canonicalCommandText([folder])} is no folder that can be entered.`;
    return { proof: { kind: 'unproved', reason }, sightings: [] };
  }
  const { proof, sightings } = await proveCommands(words, text, cwd, deps);
  return { proof, sightings: [{ path, kind: 'directory', found: cwd }, ...sightings] };
}

async function proveCommands(
  text: string,
  { commands, places, isSingle }: LiteralText,
  cwd: PathIdentity,
  { searchPath, probe }: ProofDeps,
): Promise<Proof> {
  const found = await Promise.all(
    commands.map(async (argv) => ({
      argv,
      ...(await lookUpProgram(argv[0], cwd, searchPath, probe)),
    })),
  );
  const programs = found.flatMap((one) => one.sightings);
  const segments: PlanSegment[] = [];
  for (const [at, { argv, executable }] of found.entries()) {
    if (executable === null) {
      const reason = `${canonicalCommandText([argv[0]])} is not found, so nothing is known about it.`;
      return { proof: { kind: 'unproved', reason }, sightings: programs };
    }
    segments.push({ argv, executable, ...(places[at]?.isPiped ? { isPiped: true } : {}) });
  }
  const [first, ...rest] = segments;
  if (first === undefined) throw new Error('a literal text has a command');
  const scripts = await lookUpScripts(segments, cwd, probe);
  const shape: Pick<ProvedPlan, 'form' | 'text'> = isSingle
    ? { form: 'shell-command', text }
    : { form: 'shell-list', text: pinnedText(text, places, segments) };
  const proof: PlanProof = { kind: 'proved', ...shape, cwd, segments: [first, ...rest] };
  return { proof, sightings: [...programs, ...scripts] };
}

/** Nobody but root puts another program there. */
export function isSystemProgram(path: string): boolean {
  return /^\/(?:usr\/)?bin\/[^/]+$/.test(path);
}
