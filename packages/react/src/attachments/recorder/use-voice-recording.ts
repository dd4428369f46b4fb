import { useCallback, useEffect, useRef, useState } from 'react'
import { type Microphone, openMicrophone } from './microphone.ts'
import { soundFacts } from './recorded-sound.ts'

export interface Recording {
  blob: Blob
  url: string
  durationMs: number
  peaks: readonly number[]
}

export type RecordingState =
  | { stage: 'starting' }
  | { stage: 'recording'; ms: number; levels: readonly number[] }
  | { stage: 'preparing' }
  | { stage: 'ready'; recording: Recording }
  | { stage: 'failed'; error: unknown }

/** Milliseconds between two readings of the volume. */
const meterMs = 100
/** A recording ends after this time, which limits the memory for its waveform. */
const longestMs = 30 * 60_000

/**
 * Records from the microphone, from when it is mounted until `stop`, at most half an hour. `state.stage` is `starting`,
 * then `recording` with time and levels, ten times a second, `preparing` after the end, and `ready` with the recording;
 * or `failed` with the error, which is null if nothing was recorded. `stop` does nothing unless it records. `again`
 * discards the recording and begins a new one at any time. `again` and unmounting release the microphone and make the
 * `url` of the recording invalid.
 *
 * @example
 * const { state, stop } = useVoiceRecording()
 */
export function useVoiceRecording() {
  const [state, setState] = useState<RecordingState>({ stage: 'starting' })
  const session = useRef<RecordingSession>(undefined)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    const own = new RecordingSession(setState)
    session.current = own
    void own.begin()
    return () => own.end()
  }, [attempt])
  const stop = useCallback(() => void session.current?.stop(), [])
  const again = useCallback(() => {
    setState({ stage: 'starting' })
    setAttempt((now) => now + 1)
  }, [])
  return { state, stop, again }
}

/** One recording, from the question for the microphone to its end. Calls `show` with each state until `end`. */
class RecordingSession {
  readonly #show: (state: RecordingState) => void
  #microphone: Microphone | null = null
  #timer: ReturnType<typeof setInterval> | undefined
  #isOver = false
  #url: string | undefined
  readonly #levels: number[] = []
  #startedAt = 0

  constructor(show: (state: RecordingState) => void) {
    this.#show = (state) => {
      if (!this.#isOver) show(state)
    }
  }

  async begin(): Promise<void> {
    try {
      const microphone = await openMicrophone()
      // The person closed the recorder while the browser asked.
      if (this.#isOver) return microphone.release()
      this.#microphone = microphone
      this.#startedAt = performance.now()
      this.#timer = setInterval(() => this.#read(), meterMs)
      this.#read()
    } catch (error) {
      this.#show({ stage: 'failed', error })
    }
  }

  async stop(): Promise<void> {
    const microphone = this.#microphone
    if (!microphone || this.#isOver) return
    const ms = performance.now() - this.#startedAt
    clearInterval(this.#timer)
    this.#microphone = null
    this.#show({ stage: 'preparing' })
    const blob = await microphone.stop()
    if (blob.size === 0) return this.#show({ stage: 'failed', error: null })
    const facts = await soundFacts(blob, { ms, levels: this.#levels })
    if (this.#isOver) return
    this.#url = URL.createObjectURL(blob)
    this.#show({ stage: 'ready', recording: { blob, url: this.#url, ...facts } })
  }

  end(): void {
    this.#isOver = true
    clearInterval(this.#timer)
    this.#microphone?.release()
    if (this.#url !== undefined) URL.revokeObjectURL(this.#url)
  }

  #read(): void {
    if (!this.#microphone) return
    const ms = performance.now() - this.#startedAt
    this.#levels.push(this.#microphone.level())
    this.#show({ stage: 'recording', ms, levels: this.#levels.slice(-48) })
    if (ms >= longestMs) void this.stop()
  }
}
