/**
 * Resolves with the result of a request, or rejects with its error. Call it in the turn in which the request was made,
 * and once: it replaces the `onsuccess` and `onerror` of the request.
 */
export const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/**
 * Opens a database, which the caller must close; rejects with the error of the request. `make` must create its tables,
 * and is called only if the database is new. Throws at once, instead of rejecting, where there is no IndexedDB.
 */
export function openDatabase(name: string, make: (fresh: IDBDatabase) => void): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1)
  opening.onupgradeneeded = () => make(opening.result)
  return resultOf(opening)
}

/**
 * Resolves with the result of the one request that `question` makes on a table, in a transaction that only reads.
 * Rejects with the error of the request, or if there is no such table or the database is closed.
 */
export async function readTable<T>(
  database: IDBDatabase,
  table: string,
  question: (rows: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return resultOf(question(database.transaction(table).objectStore(table)))
}

/**
 * Changes a table in one transaction. `work` must make its next request in the same turn in which it gets a result,
 * because the browser commits an idle transaction. Resolves with the result of `work` when all is stored. Rejects if a
 * request fails, and then no change is stored. Rejects also with an error that `work` throws itself, but this undoes
 * nothing: the browser still stores the requests made before it.
 */
export async function changeTable<T>(
  database: IDBDatabase,
  table: string,
  work: (rows: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction(table, 'readwrite')
  const stored = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
  const [result] = await Promise.all([work(transaction.objectStore(table)), stored])
  return result
}
