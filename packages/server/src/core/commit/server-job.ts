import type { Job } from './group-commit.ts'
import type { OpenTransaction } from './open-transaction.ts'

/**
 * Submits the server's own work as a job. It runs in a savepoint of the next transaction, and again if that transaction
 * fails because of another job or a lost race. Settles like the work, once the commit is durable; if the work rejects,
 * only its own changes are undone. Rejects if the commit fails. See `Job` for `apart`.
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
