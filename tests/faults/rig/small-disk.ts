import { execFile, spawnSync } from 'node:child_process'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const sizeMiB = 48
const programs = { mount: 'mount', unmount: 'umount', limit: 'prlimit' } as const

/** A disk that can be filled to the last byte, and freed again. */
export interface SmallDisk {
  /** What makes it small: its own file system if one can be mounted, otherwise a limit for the size of files. */
  kind: 'file system' | 'file limit'
  fill(pid: number): Promise<void>
  free(pid: number): Promise<void>
  close(): Promise<void>
}

/**
 * Makes this folder a small disk: a file system of 48 MiB if the machine can mount one, else a limit for the files of a
 * process. `close` unmounts it.
 */
export const makeSmallDisk = async (directory: string): Promise<SmallDisk> => {
  await mkdir(directory, { recursive: true })
  try {
    await run(programs.mount, ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=0700`, 'tmpfs', directory])
  } catch {
    return limitOf(directory)
  }
  // Also if the run is interrupted, so that it does not stay mounted.
  const unmount = () => void spawnSync(programs.unmount, ['--lazy', directory])
  process.once('exit', unmount)
  const filler = join(directory, 'filler')
  return {
    kind: 'file system',
    fill: () => writeUntilFull(filler),
    free: () => rm(filler),
    close: async () => {
      process.off('exit', unmount)
      unmount()
    },
  }
}

/**
 * Fills a disk by limiting the size of files to that of SQLite's log: the kernel refuses the server every further byte.
 */
const limitOf = (directory: string): SmallDisk => {
  const setLimit = (pid: number, bytes: number | 'unlimited') =>
    run(programs.limit, ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
  return {
    kind: 'file limit',
    fill: async (pid) => {
      const { size } = await stat(join(directory, 'parley.db-wal'))
      await setLimit(pid, size)
    },
    free: async (pid) => void (await setLimit(pid, 'unlimited')),
    close: async () => {},
  }
}

const writeUntilFull = async (file: string) => {
  const filler = await open(file, 'w')
  try {
    for (const block of [1 << 20, 1 << 12]) await writeBlocks(filler, Buffer.alloc(block, 1))
  } finally {
    await filler.close()
  }
}

const writeBlocks = async (filler: Awaited<ReturnType<typeof open>>, block: Buffer) => {
  try {
    for (;;) await filler.write(block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
