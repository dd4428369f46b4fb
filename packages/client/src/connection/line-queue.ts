import { abortable } from '../abortable.ts'
import { ChatError } from '../chat-error.ts'
import { createEmitter } from '../emitter.ts'
import type { Clock } from '../environment.ts'
import type { Line } from './socket-line.ts'

/** `open`: a line, before its first sync. `ready`: the line after it. `failed`: why there will be none. */
interface LineEvents {
  open: Line
  ready: Line
  failed: unknown
}

/**
 * Makes what lets calls wait for a connection; it keeps no line: the owner emits `open` and `ready` for each new one, and
 * `failed` when there will be none. `next` waits for the next event of the given name, and resolves with its line. It
 * rejects with `timed_out` after the time limit, which begins now; with the error of `failed`; or with the reason of
 * `signal`.
 */
export function createLineQueue(clock: Clock, timeoutMs: number) {
  const { on, emit } = createEmitter<LineEvents>(undefined)
  const next = (name: 'open' | 'ready', signal: AbortSignal | undefined): Promise<Line> =>
    abortable(signal, (resolve, reject) => {
      const late = () => reject(new ChatError('timed_out', 'There was no connection in time.'))
      const ends = [clock.after(timeoutMs, late), on(name, resolve), on('failed', reject)]
      return () => {
        for (const end of ends) end()
      }
    })
  return { next, emit }
}
