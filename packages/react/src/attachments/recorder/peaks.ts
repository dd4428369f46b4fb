import { attachmentLimits } from '@parley/protocol/features/attachment-rules'

/**
 * The waveform of a sound (samples of -1..1): the greatest volume in each of `count` equal parts, as whole numbers of
 * 0..100. The loudest part is 100; if it is below 0.02, 100 stands for 0.02, so that silence stays flat. All 0 without
 * samples.
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
