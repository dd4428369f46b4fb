import type { Job } from './group-commit.ts'
import type { OpenTransaction } from './open-transaction.ts'

/**
 * Submits the server's own work as a job of its own. Settles like the work, after the commit. See `Job` for `apart`.
 */
export const runAsJob = <T>(
  submit: (job: Job) => void,
  work: (transaction: OpenTransaction) => Promise<T>,
  apart?: unknown,
) =>
  new Promise<T>((resolve, reject) => {
    let settle = () => {}
    const batch: Job['batch'] = async (_, transaction) => {
      const outcome = transaction.attempt(() => work(transaction))
      settle = () => resolve(outcome)
      await outcome.catch(() => {})
    }
    submit({ batch, apart, settle: () => settle(), fail: reject })
  })
