import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RunningProgram {
  /** The next line that it writes; throws if it ends instead. */
  line(): Promise<string>
  close(): Promise<void>
}

// Below node_modules of the repository, so that the packages are found by their names.
const place = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'guide')

/**
 * Runs a program of the guide in a process of its own, as its reader would; it finds our packages by their names.
 * `line` resolves with the next line that it prints; `close` ends it and deletes its file.
 *
 * @example
 * const bot = await runProgram(code, { PARLEY_URL: server.url })
 * expect(await bot.line()).toBe('ready')
 */
export async function runProgram(code: string, environment: NodeJS.ProcessEnv = {}): Promise<RunningProgram> {
  await mkdir(place, { recursive: true })
  const folder = await mkdtemp(join(place, 'program-'))
  const file = join(folder, 'program.mjs')
  await writeFile(file, code)
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    line: async () => {
      const { value, done } = await lines.next()
      if (done) throw new Error('The program ended.')
      return value
    },
    close: async () => {
      child.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
