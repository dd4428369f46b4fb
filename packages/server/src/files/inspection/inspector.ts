import { type ChildProcess, fork } from 'node:child_process'
import { OperationError } from '../../core/operation-error.ts'
import { type Inspection, type InspectionRequest, unknownType } from './inspection.ts'

/** Inspects files in separate processes. */
export interface Inspector {
  /**
   * Finds the type of a file. One that crashes the process or takes too long is inspected again without decoding it;
   * if that fails too, it gets `unknownType`. Throws `unavailable` if too many files wait.
   */
  inspect(request: InspectionRequest): Promise<Inspection>
  /** Kills all processes. */
  close(): void
}

export interface InspectorOptions {
  /** The longest time for one file, in milliseconds. */
  limitMs: number
  /** The program of the processes; if left out, `inspection-worker.ts`. */
  program?: URL
}

/** The most processes, and the most files that wait for one. */
const most = { workers: 2, waiting: 100 }
/** A worker that is idle for this long is ended, because it uses some 80 MB. */
const idleMs = 60_000

const ownProgram = new URL('./inspection-worker.ts', import.meta.url)

/**
 * Makes `inspect`, which examines files in two processes at most; up to 100 wait, and beyond that it rejects with
 * `unavailable`. A file that crashes a process, or takes longer than `limitMs` in it, is tried again without decoding,
 * and gets `unknownType` if that fails too. The first file starts a process, and one that is idle for a minute ends.
 * After `close`, files under way or waiting, and all others, reject with `unavailable`; a file under way in its second
 * try gets `unknownType`.
 */
export function createInspector({ limitMs, program = ownProgram }: InspectorOptions): Inspector {
  const idle: Worker[] = []
  const all = new Set<Worker>()
  const waiting: { resolve: (worker: Worker) => void; reject: (error: Error) => void }[] = []
  let isClosed = false

  const release = (worker: Worker) => {
    if (worker.isUsable) {
      const next = waiting.shift()
      if (next) return next.resolve(worker)
      return void idle.push(worker)
    }
    all.delete(worker)
    waiting.shift()?.resolve(start())
  }

  const start = (): Worker => {
    const worker = startWorker(program, () => {
      const at = idle.indexOf(worker)
      if (at >= 0) idle.splice(at, 1)
      all.delete(worker)
    })
    all.add(worker)
    return worker
  }

  const take = (): Promise<Worker> | Worker => {
    const worker = idle.pop() ?? (all.size < most.workers ? start() : undefined)
    if (worker) return worker
    if (waiting.length >= most.waiting)
      throw new OperationError('unavailable', 'Too many files are being inspected.', 5_000)
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
  }

  const ask = async (request: InspectionRequest) => {
    if (isClosed) throw closing()
    const worker = await take()
    try {
      return await worker.ask(request, limitMs)
    } finally {
      release(worker)
    }
  }

  return {
    inspect: async (request) =>
      (await ask(request)) ?? (await ask({ ...request, isUndecodable: true })) ?? { mime: unknownType, image: null },
    close: () => {
      isClosed = true
      for (const { reject } of waiting.splice(0)) reject(closing())
      for (const worker of all) worker.end()
    },
  }
}

const closing = () => new OperationError('unavailable', 'The server is closing.')

interface Worker {
  isUsable: boolean
  /** Resolves with undefined if the worker crashed or took too long; it has ended then. */
  ask(request: InspectionRequest, limitMs: number): Promise<Inspection | undefined>
  end(): void
}

/** Variables that programs and libraries need to start. The others may be secrets of the server. */
const needed =
  /^(PATH|HOME|LANG|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|NODE_OPTIONS|NODE_COMPILE_CACHE|LD_\w+|DYLD_\w+|VIPS_\w+|MALLOC_\w+)$/i

/** A decoder that a hostile file takes over, or makes read other files, must not find secrets in its environment. */
const environment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => needed.test(name)))

function startWorker(program: URL, onExit: () => void): Worker {
  const child: ChildProcess = fork(program, {
    execArgv: [],
    env: environment(),
    stdio: 'ignore',
    serialization: 'json',
  })
  child.channel?.unref()
  child.unref()
  let dismissal: NodeJS.Timeout | undefined
  const worker: Worker = {
    isUsable: true,
    ask: async (request, limitMs) => {
      clearTimeout(dismissal)
      const answer = await answerOf(child, request, limitMs)
      if (answer === undefined) worker.end()
      else dismissal = setTimeout(worker.end, idleMs).unref()
      return answer
    },
    end: () => {
      clearTimeout(dismissal)
      worker.isUsable = false
      child.kill('SIGKILL')
      onExit()
    },
  }
  child.on('error', worker.end).on('exit', worker.end)
  return worker
}

const answerOf = (child: ChildProcess, request: InspectionRequest, limitMs: number) =>
  new Promise<Inspection | undefined>((resolve) => {
    const settle = (answer?: unknown) => {
      clearTimeout(limit)
      child.off('message', settle).off('exit', gone)
      resolve(answer as Inspection | undefined)
    }
    const gone = () => settle()
    const limit = setTimeout(gone, limitMs)
    child.on('message', settle).on('exit', gone)
    if (child.connected) child.send(request, (error) => error && gone())
    else gone()
  })
