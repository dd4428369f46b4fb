/** What a request comes to; rejects with its error. */
export const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Opens a database, which `make` gives its table when there is none yet. */
export function openDatabase(name: string, make: (fresh: IDBDatabase) => void): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1)
  opening.onupgradeneeded = () => make(opening.result)
  return resultOf(opening)
}

/** Asks a table for something. */
export async function readTable<T>(
  database: IDBDatabase,
  table: string,
  question: (rows: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return resultOf(question(database.transaction(table).objectStore(table)))
}

/**
 * Changes a table in one transaction, which lasts as long as the work asks for something else in each turn. Resolves with its
 * result once all of it is stored.
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
