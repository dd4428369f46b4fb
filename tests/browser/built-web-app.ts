import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The folder of the web app as `npm run build` leaves it. */
export const webRoot = `${root}apps/web/dist`

/** Builds the web app, once for a run: every browser test is served these files. */
export async function setup(): Promise<void> {
  // The test runner's own NODE_ENV would build what nobody is served.
  await promisify(execFile)('npm', ['run', 'build'], { cwd: root, env: { ...process.env, NODE_ENV: 'production' } })
}
