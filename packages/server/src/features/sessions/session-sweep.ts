import type { Kernel } from '../../core/kernel.ts'

const dayMs = 24 * 60 * 60_000
/** A session that ended is kept for so long: until then its address is one where its user was signed in. */
export const endedSessionsKeptMs = 90 * dayMs

const everyMs = 60 * 60_000
/** In one transaction, so that nobody waits for long. */
const mostRows = 500

/** Removes sessions that ended long ago. Any node does it, and it does no harm that several do. */
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
