import { readFileSync } from 'node:fs'

/* Prints the line that is read at the end of a run, from Vitest's JSON report: passed, failed, skipped. */
const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
)

// A file that could not even be loaded has no tests that could fail; it counts as one.
const unloaded = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
)

console.log(`${numPassedTests} passed, ${numFailedTests + unloaded.length} failed, ${numPendingTests} skipped`)
