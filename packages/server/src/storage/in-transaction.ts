import type { ControlledTransaction, Kysely } from 'kysely'

/** Commits the work, all of it or nothing. If the work fails, its error is thrown, also if the rollback fails. */
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
