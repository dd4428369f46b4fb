import { attachmentLimits } from '@parley/protocol/features/attachment-rules'

/**
 * The waveform of a sound (samples of -1..1): the greatest volume in each of `count` equal parts, 0..100. It is scaled
 * so that the loudest part is 100, unless that is below 0.02: silence stays flat. All 0 without samples.
 */
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

/** Sound below this volume is noise of the microphone: it is not scaled up to 100. */
const quietest = 0.02
