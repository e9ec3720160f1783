import { existsSync, readFileSync } from 'node:fs';
import { cacheDir } from './run-tool.ts';

/** Prints the one line CI reads: `N passed, N failed[, N skipped]`. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
}

/** No results at all are a failure, and must not look like an old run's success. */
const none: Results = {
  numPassedTests: 0,
  numFailedTests: 1,
  numPendingTests: 0,
  numTodoTests: 0,
  numFailedTestSuites: 0,
};

const path = `${cacheDir}test-results.json`;
const results = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : none;
// A file that fails to load has no failed test of its own, and must not look green.
const failed = Math.max(results.numFailedTests, results.numFailedTestSuites > 0 ? 1 : 0);
const skipped = results.numPendingTests + results.numTodoTests;
console.log(
  `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
