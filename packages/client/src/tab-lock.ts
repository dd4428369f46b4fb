/**
 * Runs `work` once no other call with this name runs, in this tab or another one, so a call inside of `work` with the
 * same name never ends. Resolves with the result of the work, or rejects with its error. `signal` ends only the wait:
 * the promise then rejects with its reason. If the browser blocks the Web Locks API, the work runs at once; if there is
 * no such API, it runs at once and `signal` is not read.
 *
 * @example await withTabLock('parley-upload 1', () => upload(), aborting.signal)
 */
export async function withTabLock<T>(name: string, work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
  const locks = globalThis.navigator?.locks
  if (!locks) return work()
  let isBegun = false
  const begin = () => {
    isBegun = true
    return work()
  }
  try {
    return (await (signal ? locks.request(name, { signal }, begin) : locks.request(name, begin))) as T
  } catch (error) {
    if (isBegun || signal?.aborted) throw error
    return work()
  }
}
