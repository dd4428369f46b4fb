const minuteMs = 60_000
const longestTimerMs = 2 ** 31 - 1

/**
 * Calls `expired` at the time that `renew` was given last, and before it `expiring`: a minute earlier, or after half of
 * the time if less than two minutes are left. It calls nothing before the first `renew` or after `close`, and only
 * `expired` for a time that has passed. Its timers do not keep the process alive.
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

  /**
   * Sets the time of expiry, in milliseconds since 1970, in place of an earlier one. A time that has passed expires at
   * once, but not within this call.
   */
  renew(expiresAt: number): void {
    this.#clear()
    if (this.#isClosed) return
    const left = expiresAt - Date.now()
    if (left > longestTimerMs) {
      this.#timer = setTimeout(() => this.renew(expiresAt), longestTimerMs).unref()
      return
    }
    if (left > 0) this.#warning = setTimeout(this.#expiring, Math.max(left / 2, left - minuteMs), expiresAt).unref()
    this.#timer = setTimeout(this.#expired, left).unref()
  }

  /** Ends the timers. `renew` does nothing from then on. */
  close(): void {
    this.#isClosed = true
    this.#clear()
  }

  #clear(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#warning)
  }
}
