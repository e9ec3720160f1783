import { readFileSync } from 'node:fs';
import { cacheDir } from './run-tool.ts';

/** Prints the one line CI reads: `N passed, N failed[, N skipped]`. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
}

const results = JSON.parse(readFileSync(`${cacheDir}test-results.json`, 'utf8')) as Results;
// A file that fails to load has no failed test of its own, and must not look green.
const failed = Math.max(results.numFailedTests, results.numFailedTestSuites > 0 ? 1 : 0);
const skipped = results.numPendingTests + results.numTodoTests;
console.log(
  `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
