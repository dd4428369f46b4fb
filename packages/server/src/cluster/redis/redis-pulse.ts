/** Numbered messages (“beats”) that this node sends to itself: nothing else shows that hints really arrive. */
export interface Pulse {
  /** Has no beat come back for too long? True until the first one has. */
  isAway(): boolean
  /** Sends a beat at once. */
  beat(): void
  /** Call this when a beat comes back. */
  returned(beat: string): void
  /** Resolves when everything that was sent before this call has arrived, or when Redis is away. */
  round(): Promise<void>
  close(): void
}

export interface PulseTiming {
  /** How often a beat is sent. */
  beatMs: number
  /** If no beat comes back for so long, Redis is away. */
  silenceMs: number
}

interface PulseOptions {
  timing: PulseTiming
  send(beat: string): void
  /** Called when `isAway` changes. */
  changed(): void
  /** Makes the connections anew. Called each `silenceMs` while Redis is away. */
  restart(): void
}

/**
 * Sends a beat every `beatMs`, first after that time, until `close`. The caller must give each beat that comes back to
 * `returned`. Redis counts as away until the first one does, and when none has for `silenceMs`; `restart` is then
 * called each `silenceMs`. A beat leaves by one connection and arrives by the other, so it shows failures of both, of
 * Redis itself, and of a network that loses data without closing.
 */
export function createPulse({ timing, send, changed, restart }: PulseOptions): Pulse {
  let sent = 0
  let newest = 0
  let lastReturn = performance.now()
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
    lastReturn = performance.now()
    restart()
  }

  const beat = () => {
    if (performance.now() - lastReturn > timing.silenceMs) lose()
    send(String(++sent))
  }
  const timer = setInterval(beat, timing.beatMs).unref()

  return {
    isAway: () => isAway,
    beat,
    returned: (beat) => {
      const number = Number(beat)
      if (!(number > newest && number <= sent)) return
      newest = number
      lastReturn = performance.now()
      rounds.finish(newest)
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

/** The beats whose return a caller waits for. */
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
