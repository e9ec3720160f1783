import { isSystemProgram } from '#core/exec/proof.ts';
import type { PlanSegment } from '#core/exec/types.ts';
import { safeBin } from './safe-bins.ts';
import { invocationOf, segmentDoubt } from './segment-judge.ts';

/**
 * Which programs of a text are for certain what they were found to be when their turn comes: nothing
 * but filters starts before or together with them. `git pull && ./build.sh` may run another
 * `build.sh` than the one that was looked at (S11).
 */
export function settledSegments(segments: readonly PlanSegment[], cwd: string): readonly boolean[] {
  const isFilter = segments.map(
    (segment) => segmentDoubt(segment) === null && safeBin(invocationOf(segment, cwd)).ok,
  );
  const firstOther = isFilter.indexOf(false);
  return segments.map(({ executable }, at) => {
    if (isSystemProgram(executable.path)) return true;
    if (firstOther !== -1 && firstOther < at) return false;
    const pipeEnd = segments.findIndex(({ isPiped }, next) => next > at && isPiped !== true);
    return isFilter.slice(at + 1, pipeEnd === -1 ? segments.length : pipeEnd).every(Boolean);
  });
}
