import { formatOf, recordingFormat } from './recording-format.ts'

export interface Microphone {
  /** The present volume, 0..1. */
  level(): number
  /** Ends the recording, releases the microphone, and resolves to the recording. */
  stop(): Promise<Blob>
  /** Releases the microphone without a recording. */
  release(): void
}

const bitsPerSecond = 32_000
/** The recorder delivers pieces of this length, so that little is lost if the browser ends it. */
const pieceMs = 1_000

/**
 * Asks for the microphone and begins to record at once. Rejects with the browser's error, mostly a `DOMException`, if
 * that is not possible; the microphone is released then. Otherwise it stays open until `stop`, which resolves to the
 * recording, or `release`, which ends it without one. `level` returns the present volume, 0..1.
 */
export async function openMicrophone(): Promise<Microphone> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  })
  let context: AudioContext | undefined
  const release = () => {
    if (context && context.state !== 'closed') context.close().catch(() => undefined)
    for (const track of stream.getTracks()) track.stop()
  }
  try {
    const recorder = new MediaRecorder(stream, {
      mimeType: recordingFormat()?.recorded,
      audioBitsPerSecond: bitsPerSecond,
    })
    const pieces: Blob[] = []
    recorder.addEventListener('dataavailable', ({ data }) => void (data.size > 0 && pieces.push(data)))
    context = new AudioContext()
    const level = levelOf(stream, context)
    const stopped = new Promise<Blob>((resolve) => {
      recorder.addEventListener('stop', () => resolve(new Blob(pieces, { type: formatOf(recorder.mimeType).type })))
    })
    recorder.start(pieceMs)
    const stop = () => {
      if (recorder.state !== 'inactive') recorder.stop()
      return stopped.finally(release)
    }
    return { level, stop, release }
  } catch (error) {
    release()
    throw error
  }
}

/** Returns what reads the present volume of the stream, 0..1, until the context is closed. */
function levelOf(stream: MediaStream, context: AudioContext): () => number {
  const analyser = context.createAnalyser()
  analyser.fftSize = 1_024
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  return () => {
    analyser.getFloatTimeDomainData(samples)
    return Math.min(
      1,
      samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
    )
  }
}
