import type { ControlledTransaction, Kysely } from 'kysely'

/** Runs work in a new transaction and commits it. If either fails, it rolls back and rejects with that first error. */
export async function inTransaction<DB, T>(
  db: Kysely<DB>,
  work: (transaction: ControlledTransaction<DB>) => Promise<T>,
): Promise<T> {
  const transaction = await db.startTransaction().execute()
  try {
    const result = await work(transaction)
    await transaction.commit().execute()
    return result
  } catch (error) {
    // On a full disk SQLite has rolled back by itself, and cannot do so again.
    await transaction
      .rollback()
      .execute()
      .catch(() => {})
    throw error
  }
}
