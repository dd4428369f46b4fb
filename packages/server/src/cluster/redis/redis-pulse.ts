/** Whether what this node publishes comes back to it: nothing else shows that hints really arrive. */
export interface Pulse {
  isAway(): boolean
  /** Sends one at once. */
  beat(): void
  /** It came back. */
  felt(beat: string): void
  /** Resolves when what was sent out before this call has come back, or will not. */
  round(): Promise<void>
  close(): void
}

export interface PulseTiming {
  /** How often a beat is sent. */
  beatMs: number
  /** Without one for so long, Redis is away. */
  silenceMs: number
}

interface PulseOptions {
  timing: PulseTiming
  send(beat: string): void
  /** Redis is away from now on, or is there again. */
  changed(): void
  /** It still is. */
  restart(): void
}

/**
 * A beat goes out by the one connection and comes in by the other, so it fails with either of them, with Redis itself,
 * and with a line that is open and carries nothing.
 */
export function createPulse({ timing, send, changed, restart }: PulseOptions): Pulse {
  let sent = 0
  let felt = 0
  let lastFelt = performance.now()
  // Until the first one has come back.
  let isAway = true
  const rounds = createRounds()

  const lose = () => {
    if (!isAway) {
      isAway = true
      changed()
    }
    rounds.finish(sent)
    // Redis may be slow to come back: it is given the same time again before the connections are made anew.
    lastFelt = performance.now()
    restart()
  }

  const beat = () => {
    if (performance.now() - lastFelt > timing.silenceMs) lose()
    send(String(++sent))
  }
  const timer = setInterval(beat, timing.beatMs).unref()

  return {
    isAway: () => isAway,
    beat,
    felt: (beat) => {
      const number = Number(beat)
      if (!(number > felt && number <= sent)) return
      felt = number
      lastFelt = performance.now()
      rounds.finish(felt)
      if (!isAway) return
      isAway = false
      changed()
    },
    round: () => {
      if (isAway) return Promise.resolve()
      const finished = rounds.begin(++sent)
      send(String(sent))
      return finished
    },
    close: () => {
      clearInterval(timer)
      rounds.finish(sent)
    },
  }
}

/** The beats whose return somebody waits for. */
function createRounds() {
  const rounds = new Map<number, () => void>()
  return {
    begin: (beat: number): Promise<void> => new Promise((resolve) => void rounds.set(beat, resolve)),
    finish: (upTo: number): void => {
      for (const [beat, resolve] of rounds) {
        if (beat > upTo) continue
        rounds.delete(beat)
        resolve()
      }
    },
  }
}
