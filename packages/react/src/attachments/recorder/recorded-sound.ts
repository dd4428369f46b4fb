import { peaksOf } from './peaks.ts'

interface SoundFacts {
  durationMs: number
  peaks: number[]
}

/** Enough for a waveform, and little in memory: a recording of half an hour takes 58 MB. */
const sampleRate = 8_000

/** How long a recording is and what shape it has; from what was heard meanwhile where the browser cannot decode it. */
export async function soundFacts(
  recording: Blob,
  heard: { ms: number; levels: readonly number[] },
): Promise<SoundFacts> {
  try {
    const context = new OfflineAudioContext(1, 1, sampleRate)
    const sound = await context.decodeAudioData(await recording.arrayBuffer())
    return { durationMs: Math.round(sound.duration * 1_000), peaks: peaksOf(sound.getChannelData(0)) }
  } catch {
    return { durationMs: Math.round(heard.ms), peaks: peaksOf(heard.levels) }
  }
}
