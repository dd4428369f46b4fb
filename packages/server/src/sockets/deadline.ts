const minuteMs = 60_000
const longestTimerMs = 2 ** 31 - 1

export interface Deadline {
  renew(expiresAt: number): void
  /** The socket is gone: nothing is renewed any more. */
  close(): void
}

/** Ends a socket when its token does, after asking for a newer one a minute before. */
export function createDeadline(expiring: (expiresAt: number) => void, expired: () => void): Deadline {
  let timer: NodeJS.Timeout | undefined
  let warning: NodeJS.Timeout | undefined
  let isClosed = false
  const clear = () => {
    clearTimeout(timer)
    clearTimeout(warning)
  }
  const renew = (expiresAt: number) => {
    clear()
    if (isClosed) return
    const left = expiresAt - Date.now()
    if (left > longestTimerMs) {
      timer = setTimeout(() => renew(expiresAt), longestTimerMs).unref()
      return
    }
    // A token of less than two minutes is asked for at half its time.
    warning = setTimeout(() => expiring(expiresAt), Math.max(left / 2, left - minuteMs)).unref()
    timer = setTimeout(expired, left).unref()
  }
  const close = () => {
    isClosed = true
    clear()
  }
  return { renew, close }
}
