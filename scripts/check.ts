import { runTool } from './run-tool.ts';

/** `npm run check`: format and lint, types, import direction, dead code. All run; any failure fails. */
const steps: readonly [string, string, string[]][] = [
  ['format and lint', 'biome', ['ci', '--error-on-warnings', '.']],
  ['types', 'tsc', ['--noEmit']],
  ['types of the pages', 'tsc', ['--noEmit', '-p', 'src/renderer']],
  ['import direction', 'vitest', ['run', '--project', 'architecture']],
  ['dead code', 'knip', []],
];

const failed = steps.filter(([name, bin, args]) => {
  console.error(`check: ${name}`);
  return runTool(bin, args) !== 0;
});
if (failed.length > 0) {
  console.error(`check: failed: ${failed.map(([name]) => name).join(', ')}`);
  process.exit(1);
}
console.error('check: ok');
