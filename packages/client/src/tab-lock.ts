/**
 * Runs `work` while no other tab of the browser runs work of the same name. Without the Web Locks API, or if the
 * browser blocks it, runs it at once. Rejects with the error of the work, or with the reason of `signal`, which ends
 * the wait.
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
