type Close = () => unknown

/** What was opened and must be closed again, the last first. */
export interface Closers {
  add(close: Close): void
  /** Closes everything that was added, each once. One that fails keeps none of the others open; the first failure is thrown. */
  closeAll(): Promise<void>
}

/**
 * @example
 * const closers = createClosers()
 * closers.add(database.close)
 * await closers.closeAll()
 */
export function createClosers(): Closers {
  const stack: Close[] = []
  return {
    add: (close) => void stack.push(close),
    closeAll: async () => {
      const failures: unknown[] = []
      for (let close = stack.pop(); close; close = stack.pop()) {
        try {
          await close()
        } catch (failure) {
          failures.push(failure)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
