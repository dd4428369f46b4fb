import { isRace, type Transaction } from '../../storage/database.ts'
import type { CreateStore, Store } from '../../storage/store.ts'
import type { Delivery } from '../delivery.ts'

/** A transaction as commands see it. */
export interface OpenTransaction {
  store: Store
  now: number
  emit(delivery: Delivery): void
  /** Runs work that leaves no trace, neither rows nor events, if it throws. */
  attempt<T>(work: () => Promise<T>): Promise<T>
}

export interface RunningTransaction extends OpenTransaction {
  deliveries: Delivery[]
  /** Throws if the database has given the whole transaction up. */
  check(): void
}

export function openTransaction(transaction: Transaction, createStore: CreateStore, now: number): RunningTransaction {
  const deliveries: Delivery[] = []
  let lost: { cause: unknown } | undefined
  // A full or failing disk makes SQLite roll back everything by itself. What ran then would be committed on its own.
  const check = () => {
    if (lost) throw lost.cause
  }
  return {
    deliveries,
    check,
    store: createStore(transaction),
    now,
    emit: (delivery) => void deliveries.push(delivery),
    attempt: async (work) => {
      check()
      const events = deliveries.length
      const point = await transaction.savepoint('operation').execute()
      try {
        const result = await work()
        await point.releaseSavepoint('operation').execute()
        return result
      } catch (error) {
        deliveries.length = events
        await point
          .rollbackToSavepoint('operation')
          .execute()
          .catch(() => {
            lost = { cause: error }
          })
        // What this did is done again with everything, as it would see it now.
        if (isRace(error)) lost ??= { cause: error }
        throw error
      }
    },
  }
}
