import { runsAnotherProgram } from '#core/analysis/runs-programs.ts';
import { isCarrier, programName } from './carriers.ts';
import type { Invocation } from './rule-index.ts';

type SkillBinAnswer =
  | { readonly ok: true }
  /** `why` is a sentence for people. */
  | { readonly ok: false; readonly why: string };

/**
 * Whether a program is one that a skill of the connected Gateway brings (exec-ipc §5.9). Called by
 * bare name, so that its real path is where the name resolves on the search path of every command.
 * @param bins lower-cased names, as the Gateway told them.
 */
export function skillBin(
  { argv, executable, byName }: Pick<Invocation, 'argv' | 'executable' | 'byName'>,
  bins: ReadonlySet<string>,
): SkillBinAnswer {
  const [called] = argv;
  if (!bins.has(programName(called).toLowerCase())) {
    return no(`No skill of the Gateway brings a program named "${programName(called)}".`);
  }
  if (!byName) {
    return no('A program of a skill counts only when it is called by its name, without a path.');
  }
  // A link under a skill's name, or one binary under many names, does something else.
  if (programName(executable) !== called) {
    return no(`"${called}" is another name than that of ${executable}.`);
  }
  if (isCarrier(executable)) {
    return no(`${called} runs what its arguments say, so no skill speaks for it.`);
  }
  // A skill's name says nothing of the arguments, as a rule without arguments does not (S10).
  const load = runsAnotherProgram(argv);
  return load === null ? { ok: true } : no(`${load} A skill's name does not cover that.`);
}

function no(why: string): SkillBinAnswer {
  return { ok: false, why };
}
