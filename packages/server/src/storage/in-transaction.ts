import type { ControlledTransaction, Kysely } from 'kysely'

/** Commits what the work did, all of it or nothing; if the work failed, its error is thrown, also if the rollback fails. */
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
