import type { Kernel } from '../../core/kernel.ts'

const dayMs = 24 * 60 * 60_000
/** How long ended sessions are kept: until then their addresses count as familiar to their users. */
export const endedSessionsKeptMs = 90 * dayMs

const everyMs = 60 * 60_000
/** Per transaction, so that other commits do not wait long. */
const mostRows = 500

/**
 * Deletes, in the background, sessions that ended more than 90 days ago: now and every hour, on every node. It returns
 * at once; a failure is logged, and the next hour tries again. Closing the server ends it.
 */
export function startSessionSweep({ groupCommit, log, whenClosing }: Kernel): void {
  let isClosed = false
  let running: Promise<void> | undefined
  const sweep = async () => {
    for (let removed = mostRows; removed === mostRows && !isClosed; ) {
      const before = Date.now() - endedSessionsKeptMs
      removed = await groupCommit.run(({ store }) => store.sessions.removeEnded(before, mostRows))
    }
  }
  const soon = () => {
    running ??= sweep()
      .catch((err) => log.warn({ err }, 'sessions that ended could not be removed; this is tried again'))
      .finally(() => {
        running = undefined
      })
  }
  const timer = setInterval(soon, everyMs).unref()
  soon()
  whenClosing(async () => {
    isClosed = true
    clearInterval(timer)
    await running
  })
}
