import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

export const webRoot = `${root}apps/web/dist`

/** Once for the run: what every browser test is served. */
export async function setup(): Promise<void> {
  // The test runner's own NODE_ENV would build what nobody is served.
  await promisify(execFile)('npm', ['run', 'build'], { cwd: root, env: { ...process.env, NODE_ENV: 'production' } })
}
