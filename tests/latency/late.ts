import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/*
 * Runs tests while everything that a process receives comes late, by chance: `npm run test:late -- --project postgres`.
 * A test that looks before something has arrived, or that depends on which of two arrives first, fails here in minutes
 * and otherwise once in a hundred runs. The arguments are those of Vitest; `LATE_SEED` repeats the delays of a run as far
 * as the machine allows.
 */

const seed = process.env.LATE_SEED ?? String(randomInt(2 ** 31))
const preload = pathToFileURL(join(import.meta.dirname, 'late-input.js')).href
const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs')

console.log(`LATE_SEED=${seed}`)
const tests = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, LATE_SEED: seed, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${preload}` },
})
tests.once('exit', (code) => {
  process.exitCode = code ?? 1
})
