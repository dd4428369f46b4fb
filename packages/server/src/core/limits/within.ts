/**
 * Calls the work and settles like it. After `ms` it rejects instead, with an error that names the work as `asked`; the
 * work itself is not stopped, and its later outcome is ignored.
 */
export const within = <T>(ms: number, asked: string, work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${asked} gave no answer in ${ms} ms`)), ms)
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(late))
  })
