import type { Logger } from 'pino'
import type { GroupCommit } from '../core/commit/group-commit.ts'
import { keptMs } from './idempotent-commit.ts'

interface SweepOptions {
  groupCommit: GroupCommit
  log: Logger
}

const everyMs = 10 * 60_000
/** Per transaction, so that other commits do not wait long. */
const mostRows = 500

/**
 * Deletes expired answers every ten minutes, on every node, first ten minutes after the call. A failure is logged, and
 * the next time tries again. Returns a function that stops this, and resolves when a sweep under way has ended.
 */
export function sweepKeptAnswers({ groupCommit, log }: SweepOptions): () => Promise<void> {
  let isClosed = false
  let running: Promise<void> | undefined
  const sweep = async () => {
    for (let removed = mostRows; removed === mostRows && !isClosed; ) {
      const before = Date.now() - keptMs
      removed = await groupCommit.run((transaction) => transaction.store.keptAnswers.removeOld(before, mostRows))
    }
  }
  const soon = () => {
    running ??= sweep()
      .catch((err) => log.warn({ err }, 'old answers could not be removed; this is tried again'))
      .finally(() => {
        running = undefined
      })
  }
  const timer = setInterval(soon, everyMs).unref()
  return async () => {
    isClosed = true
    clearInterval(timer)
    await running
  }
}
