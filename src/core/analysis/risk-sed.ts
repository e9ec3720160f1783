/** What a sed script may do besides editing text; for risk notes only. */

const flags = /^[gpimIM\d]*$/;

/**
 * Whether it may run a command: the `e` command (`1e id`) or the `e` flag of `s`. Looks at every
 * run of letters, since any character can part the pieces of an `s`.
 */
export function sedRunsCommands(script: string): boolean {
  if (!script.includes('e')) return false;
  for (const { 0: run, index } of script.matchAll(/[A-Za-z0-9]+/g)) {
    const behind = script[index + run.length];
    if (behind !== undefined && !/[\s;}]/.test(behind)) continue;
    if (run.includes('e') && flags.test(run.replace('e', ''))) return true;
  }
  // With a letter as its border, the pieces of an `s` are one run.
  return /(?:^|[;{}\s\d$/])s[A-Za-z0-9]/.test(script) && /e(?:$|[\s;}])/.test(script);
}

/** Whether it may write a file that is not in the working folder. */
export function sedWritesOutside(script: string): boolean {
  if (!script.includes('w')) return false;
  return /w[ \t]+(?:\/|~|\.\.)|(?:^|[;{}\d$])[ \t]*w(?:\/|~|\.\.)/.test(script);
}
