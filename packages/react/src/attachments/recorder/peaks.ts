import { attachmentLimits } from '@parley/protocol/features/attachment-rules'

/** Heights 0..100 of so many equal stretches of a sound, the loudest 100; silence stays flat. */
export function peaksOf(samples: ArrayLike<number>, count: number = attachmentLimits.peaks): number[] {
  const loudest = Array.from({ length: count }, (_, at) => {
    const [from, to] = [Math.floor((at * samples.length) / count), Math.floor(((at + 1) * samples.length) / count)]
    let peak = 0
    for (let place = from; place < Math.max(to, from + 1); place++) peak = Math.max(peak, Math.abs(samples[place] ?? 0))
    return peak
  })
  const top = Math.max(...loudest, quietest)
  return loudest.map((peak) => Math.round(Math.min(1, peak / top) * 100))
}

/** Below this a sound is noise of the microphone, and is not made taller. */
const quietest = 0.02
