/**
 * Calls the work and settles like it, or rejects if the call throws. After `ms` it rejects instead, with an error that
 * names the work as `asked`; the work itself is not stopped, and its later outcome is ignored.
 */
export const within = <T>(ms: number, asked: string, work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${asked} gave no answer in ${ms} ms`)), ms)
    // In a promise, so that the timer ends also if the call throws.
    new Promise<T>((settle) => settle(work())).then(resolve, reject).finally(() => clearTimeout(late))
  })
