/** Rejects if what is asked, such as `mayWrite()`, takes longer; what it answers after that counts for nothing. */
export const within = <T>(ms: number, asked: string, work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${asked} gave no answer in ${ms} ms`)), ms)
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(late))
  })
