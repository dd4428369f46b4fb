import { isRace, type Transaction } from '../../storage/database.ts'
import type { CreateStore, Store } from '../../storage/store.ts'
import type { Delivery } from '../delivery.ts'

/** A transaction as commands see it. */
export interface OpenTransaction {
  store: Store
  now: number
  emit(delivery: Delivery): void
  /** Runs work in a savepoint. If it throws, it leaves neither rows nor events, and the error is thrown on. */
  attempt<T>(work: () => Promise<T>): Promise<T>
}

export interface RunningTransaction extends OpenTransaction {
  deliveries: Delivery[]
  /** Throws the cause if the whole transaction must not be committed: it was rolled back, or lost a race. */
  check(): void
}

/** Wraps a begun transaction; `emit` only collects. Its caller calls `check`, commits it, and delivers `deliveries`. */
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
        // After a lost race the whole transaction is repeated, and sees what the other node committed.
        if (isRace(error)) lost ??= { cause: error }
        throw error
      }
    },
  }
}
