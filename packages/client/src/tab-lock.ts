/**
 * Does this work while no other tab of the browser does work of the same name. Where a browser has no locks, or refuses them
 * together with its storage, each tab works for itself. Rejects with what the work throws, or when `signal` ends the wait.
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
