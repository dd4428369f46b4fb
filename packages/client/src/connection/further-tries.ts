import { closedHere } from '../chat-error.ts'
import type { Environment } from '../environment.ts'
import type { Line, OpenLine } from './socket-line.ts'

/** The longest time between two tries; jitter shortens it, so that clients do not all return at once. */
const betweenMs = 3_000

/**
 * Opens a line by several tries. A try whose packets are dropped hangs, and does not notice that the host is back. So
 * another try begins beside it within 3 s, and the first result of any counts. The earlier tries go on until then: on a
 * slow network, they are the ones that succeed. A host that was reached and is slow to answer gets no further tries.
 */
export const withFurtherTries =
  (open: OpenLine, { clock, random }: Pick<Environment, 'clock' | 'random'>): OpenLine =>
  (options, hear, signal) =>
    new Promise((resolve, reject) => {
      const tries: AbortController[] = []
      let cancelNext = () => {}
      let isSettled = false
      const reached = () => cancelNext()
      const settle = (of: AbortController | undefined, finish: () => void) => {
        if (isSettled) return
        isSettled = true
        cancelNext()
        signal.removeEventListener('abort', abort)
        for (const other of tries) if (other !== of) other.abort()
        finish()
      }
      const abort = () => settle(undefined, () => reject(closedHere()))
      const begin = () => {
        const own = new AbortController()
        tries.push(own)
        cancelNext = clock.after((betweenMs * (2 + random())) / 3, begin)
        const opened = (line: Line) => {
          settle(own, () => resolve(line))
          // Another try was faster.
          if (own.signal.aborted) line.drop()
        }
        const hearOwn: typeof hear = (arrival) => own.signal.aborted || hear(arrival)
        open({ ...options, reached }, hearOwn, own.signal).then(opened, (error) => settle(own, () => reject(error)))
      }
      signal.addEventListener('abort', abort, { once: true })
      begin()
    })
