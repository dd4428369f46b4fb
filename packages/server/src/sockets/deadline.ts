const minuteMs = 60_000
const longestTimerMs = 2 ** 31 - 1

/**
 * Ends a socket when its token does, after asking for a newer one a minute before.
 *
 * @example
 * const deadline = new Deadline(askForNewer, () => connection.end('expired'))
 * deadline.renew(identity.expiresAt)
 */
export class Deadline {
  readonly #expiring: (expiresAt: number) => void
  readonly #expired: () => void
  #timer: NodeJS.Timeout | undefined
  #warning: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(expiring: (expiresAt: number) => void, expired: () => void) {
    this.#expiring = expiring
    this.#expired = expired
  }

  renew(expiresAt: number): void {
    this.#clear()
    if (this.#isClosed) return
    const left = expiresAt - Date.now()
    if (left > longestTimerMs) {
      this.#timer = setTimeout(() => this.renew(expiresAt), longestTimerMs).unref()
      return
    }
    // A token of less than two minutes is asked for at half its time.
    this.#warning = setTimeout(this.#expiring, Math.max(left / 2, left - minuteMs), expiresAt).unref()
    this.#timer = setTimeout(this.#expired, left).unref()
  }

  /** The socket is gone: nothing is renewed any more. */
  close(): void {
    this.#isClosed = true
    this.#clear()
  }

  #clear(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#warning)
  }
}
