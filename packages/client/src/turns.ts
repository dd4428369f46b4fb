import { abortable } from './abortable.ts'

/**
 * Returns a function that runs the works of one key one after the other, in the order of the calls, and those of
 * different keys side by side. Its promise settles as that of `work` does; a work that rejects does not stop the next
 * ones. No work begins before the call returns. A work must not wait for another one of its key. `signal` ends only the
 * wait of the caller, with its reason: the work must look at it, too.
 */
export function createTurns(): (key: string, work: () => Promise<void>, signal?: AbortSignal) => Promise<void> {
  const last = new Map<string, Promise<void>>()
  return (key, work, signal) => {
    const turn = (last.get(key) ?? Promise.resolve()).catch(() => {}).then(work)
    last.set(key, turn)
    const leave = () => {
      if (last.get(key) === turn) last.delete(key)
    }
    turn.then(leave, leave)
    return abortable(signal, (resolve, reject) => {
      turn.then(resolve, reject)
      return () => {}
    })
  }
}
