import { displayText } from '#core/display.ts';
import type { FrozenPlan } from '#core/exec/types.ts';
import { mixedScript } from '#core/lookalikes.ts';
import { messages } from '#core/messages.ts';
import { scanArgv } from './risk-command.ts';
import { createFindings, type Findings } from './risk-findings.ts';
import { knownName, traits } from './risk-programs.ts';
import { hashedFiles } from './risk-scripts.ts';
import { type RiskKind, riskKinds } from './risk-tables.ts';

/**
 * What the words of a command say it could do, for the person who is asked. Never a verdict: a note
 * may be a false alarm, and policy does not read them. Linear, never throws; the order is stable.
 */
export function riskNotes(plan: FrozenPlan): readonly string[] {
  const found = findingsOf(plan);
  return [...riskKinds.flatMap((kind) => noteOf(kind, found)), ...characterNotes(plan.argv)];
}

function findingsOf(plan: FrozenPlan): Findings {
  const { argv, executable, proof } = plan;
  const cwd = plan.cwd.path;
  const folder = proof.kind === 'proved' ? proof.cwd.path : cwd;
  const found = createFindings({ cwd, folder, hashed: hashedFiles(plan) });
  // What is proved redirects nowhere, so its segments are all there is.
  const segments = proof.kind === 'proved' ? proof.segments : [{ argv, executable }];
  const isTransport = proof.kind === 'unproved' && isShell(argv[0], executable.path);
  for (const segment of segments) {
    scanArgv(segment.argv, found, { alias: segment.executable.path, isTransport });
  }
  return found;
}

function isShell(...names: readonly string[]): boolean {
  return names.some((name) => traits.get(knownName(name) ?? '')?.has('shell'));
}

function noteOf(kind: RiskKind, found: Findings): readonly string[] {
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

function characterNotes(argv: readonly string[]): readonly string[] {
  const lines = argv.flatMap((argument) => argument.split('\n'));
  const lookalikes = mixedScript(lines.join('\n'));
  return [
    ...(lines.some((line) => displayText(line).escaped) ? [messages.risks.hidden] : []),
    ...(lookalikes.length > 0 ? [messages.risks.lookalikes(lookalikes)] : []),
  ];
}
