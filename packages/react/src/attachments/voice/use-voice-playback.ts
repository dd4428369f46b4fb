import { useEffect, useRef, useState } from 'react'
import { playAlone } from '../playback.ts'

const speeds = [1, 1.5, 2] as const
/** Who listens fast to one recording wants the next one as fast. */
let lastSpeed: number = speeds[0]

interface Playback {
  isPlaying: boolean
  positionMs: number
  /** Of the file itself; null where it does not say. */
  lengthMs: number | null
  speed: number
}

const begun = (): Playback => ({ isPlaying: false, positionMs: 0, lengthMs: null, speed: lastSpeed })

/**
 * Plays a recording in an `<audio>` of yours, one at a time on the page. An address that comes anew goes on where the
 * one before it stopped.
 *
 * @example
 * const { audioProps, isPlaying, toggle } = useVoicePlayback(url)
 * <audio {...audioProps} /><button onClick={toggle}>{isPlaying ? 'Pause' : 'Play'}</button>
 */
export function useVoicePlayback(url: string | null) {
  const ref = useRef<HTMLAudioElement>(null)
  const [state, setState] = useState(begun)
  /** What the person wants, also while the file is not there yet. */
  const wanted = useRef({ isPlaying: false, positionMs: 0 })
  const set = (change: Partial<Playback>) => setState((now) => ({ ...now, ...change }))
  useEffect(() => {
    const audio = ref.current
    if (!audio || url === null) return
    if (wanted.current.positionMs > 0) audio.currentTime = wanted.current.positionMs / 1_000
    if (wanted.current.isPlaying) start(audio)
  }, [url])
  useEffect(() => () => ref.current?.pause(), [])
  const toggle = () => {
    const audio = ref.current
    if (!audio) return
    wanted.current.isPlaying = !state.isPlaying
    if (state.isPlaying) audio.pause()
    else if (url !== null) start(audio)
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

/** A browser that lets nothing play yet leaves the button as it is. */
function start(audio: HTMLAudioElement): void {
  audio.defaultPlaybackRate = lastSpeed
  audio.playbackRate = lastSpeed
  audio.play().catch(() => undefined)
}

type Wanted = { current: { isPlaying: boolean; positionMs: number } }

function listeners(wanted: Wanted, set: (change: Partial<Playback>) => void) {
  const heard = (audio: HTMLAudioElement) => {
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
      // A broken address stops it, too; the person still wants to listen.
      if (!currentTarget.error) wanted.current.isPlaying = false
      set({ isPlaying: false })
    },
    onEnded: () => {
      wanted.current = { isPlaying: false, positionMs: 0 }
      set({ isPlaying: false, positionMs: 0 })
    },
    onTimeUpdate: ({ currentTarget }: Event) => !currentTarget.ended && heard(currentTarget),
    onLoadedMetadata: ({ currentTarget: { duration } }: Event) =>
      Number.isFinite(duration) && set({ lengthMs: duration * 1_000 }),
  }
}
