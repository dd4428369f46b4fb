import { useCallback, useEffect, useRef, useState } from 'react'
import { playAlone } from '../playback.ts'

const speeds = [1, 1.5, 2] as const
/** The speed that the person chose last, for all recordings of the page. */
let lastSpeed: number = speeds[0]

interface Playback {
  isPlaying: boolean
  positionMs: number
  /** The length from the file; null if it does not contain one, or is not loaded yet. */
  lengthMs: number | null
  speed: number
}

const initialPlayback = (): Playback => ({ isPlaying: false, positionMs: 0, lengthMs: null, speed: lastSpeed })

/**
 * Plays a recording in your `<audio>` element, which must get `audioProps`; others on the page pause. If `url` changes,
 * for example because the old address expired, playback continues at the same position. While it is null, `toggle` and
 * `seek` (to a position in ms) take effect when there is one; meanwhile `isPlaying` says whether it will play then.
 * `changeSpeed` goes through 1, 1.5 and 2, also for recordings that begin afterwards. At the end the position is 0
 * again. Unmounting pauses it. Failures are events of the element; if the browser refuses to play, `isPlaying` is false
 * again. `lengthMs` is null until the file has told its length.
 *
 * @example
 * const { audioProps, isPlaying, toggle } = useVoicePlayback(url)
 * <audio {...audioProps} /><button onClick={toggle}>{isPlaying ? 'Pause' : 'Play'}</button>
 */
export function useVoicePlayback(url: string | null) {
  const ref = useRef<HTMLAudioElement>(null)
  const [state, setState] = useState(initialPlayback)
  /** The person's wish, also before there is an address. */
  const wanted = useRef({ isPlaying: false, positionMs: 0 })
  const set = (change: Partial<Playback>) => setState((now) => ({ ...now, ...change }))
  const refused = useCallback(() => {
    wanted.current.isPlaying = false
    setState((now) => ({ ...now, isPlaying: false }))
  }, [])
  useEffect(() => {
    const audio = ref.current
    if (!audio || url === null) return
    if (wanted.current.positionMs > 0) audio.currentTime = wanted.current.positionMs / 1_000
    if (wanted.current.isPlaying) start(audio, refused)
  }, [url, refused])
  useEffect(() => () => ref.current?.pause(), [])
  const toggle = () => {
    const audio = ref.current
    if (!audio) return
    const isPlaying = !state.isPlaying
    wanted.current.isPlaying = isPlaying
    if (!isPlaying) audio.pause()
    else if (url !== null) start(audio, refused)
    // Without an address the element reports nothing.
    if (url === null) set({ isPlaying })
  }
  const seek = (positionMs: number) => {
    wanted.current.positionMs = positionMs
    if (ref.current && url !== null) ref.current.currentTime = positionMs / 1_000
    set({ positionMs })
  }
  const changeSpeed = () => {
    lastSpeed = speeds[(speeds.indexOf(state.speed as 1) + 1) % speeds.length] ?? speeds[0]
    if (ref.current) ref.current.playbackRate = lastSpeed
    set({ speed: lastSpeed })
  }
  return { ...state, toggle, seek, changeSpeed, audioProps: { ref, src: url ?? undefined, ...listeners(wanted, set) } }
}

/** Plays; calls `refused` if the browser does not let the page play, for example too long after a press. */
function start(audio: HTMLAudioElement, refused: () => void): void {
  audio.defaultPlaybackRate = lastSpeed
  audio.playbackRate = lastSpeed
  audio.play().catch((error) => error instanceof DOMException && error.name === 'NotAllowedError' && refused())
}

type Wanted = { current: { isPlaying: boolean; positionMs: number } }

function listeners(wanted: Wanted, set: (change: Partial<Playback>) => void) {
  const storePosition = (audio: HTMLAudioElement) => {
    wanted.current.positionMs = audio.currentTime * 1_000
    set({ positionMs: wanted.current.positionMs })
  }
  type Event = { currentTarget: HTMLAudioElement }
  return {
    preload: 'none' as const,
    onPlay: ({ currentTarget }: Event) => {
      playAlone(currentTarget)
      set({ isPlaying: true, speed: lastSpeed })
    },
    onPause: ({ currentTarget }: Event) => {
      // An invalid address stops it, too, but then the person still wants to listen.
      if (!currentTarget.error) wanted.current.isPlaying = false
      set({ isPlaying: false })
    },
    onEnded: () => {
      wanted.current = { isPlaying: false, positionMs: 0 }
      set({ isPlaying: false, positionMs: 0 })
    },
    onTimeUpdate: ({ currentTarget }: Event) => !currentTarget.ended && storePosition(currentTarget),
    onLoadedMetadata: ({ currentTarget: { duration } }: Event) =>
      Number.isFinite(duration) && set({ lengthMs: duration * 1_000 }),
  }
}
