import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ParleyOptions } from '@parley/server'
import { onTestFinished } from 'vitest'

export interface ParleyProcess {
  url: string
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
}

const script = fileURLToPath(new URL('../nodes/node-process.ts', import.meta.url))

/**
 * Starts a server in a process of its own, and resolves when it listens; rejects if it ends before. It is killed at the
 * end of the test, if it still runs.
 */
export async function startParley(options: Omit<ParleyOptions, 'log'>): Promise<ParleyProcess> {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = () => end(child)
  onTestFinished(kill)
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended (${code})`)))
    createInterface(child.stdout).once('line', resolve)
  })
  return { url, kill }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
