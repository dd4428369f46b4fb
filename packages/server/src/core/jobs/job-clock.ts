/** The time as jobs see it. */
export interface JobClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs this once so many milliseconds have passed; the returned function prevents it. */
  after(milliseconds: number, run: () => void): () => void
}

export const realClock: JobClock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds).unref()
    return () => clearTimeout(timer)
  },
}
