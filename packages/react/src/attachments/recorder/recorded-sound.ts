import { peaksOf } from './peaks.ts'

interface SoundFacts {
  durationMs: number
  peaks: number[]
}

/** Samples per second: enough for a waveform; a recording of half an hour needs 58 MB of memory. */
const sampleRate = 8_000

/**
 * The length (`durationMs`) and waveform (`peaks`, see `peaksOf`) of a recording, by decoding it; if that fails, from
 * `heard`, which was measured during the recording. Never rejects.
 */
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
