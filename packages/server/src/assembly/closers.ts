type Close = () => unknown

/** Closes everything that a server has opened, in the reverse order. */
export interface Closers {
  add(close: Close): void
  /**
   * Closes everything that was added, once. A failure does not prevent the others; the first one is thrown at the end.
   */
  closeAll(): Promise<void>
}

/**
 * Makes an empty list of functions to call when a server closes. `closeAll` calls and awaits each, the last added
 * first, and goes on after a failure; at the end it rejects with the first failure. Each function is called once:
 * calling `closeAll` again calls only those that are left or were added since.
 *
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
