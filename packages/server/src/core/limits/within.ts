/** Settles like the work, but rejects after `ms` and ignores a later outcome. `asked` names the work in that error. */
export const within = <T>(ms: number, asked: string, work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${asked} gave no answer in ${ms} ms`)), ms)
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(late))
  })
