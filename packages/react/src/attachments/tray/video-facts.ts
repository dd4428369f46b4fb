import type { MediaFacts } from '@parley/client'

/** Gives up after this time, because some browsers report no error for a video that they cannot read. */
const timeoutMs = 5_000

/**
 * The width and height (in px) and the length (in ms) of a video; `{}` if the browser cannot read it within five
 * seconds. Never rejects. The length can be infinite or not a number if the file does not state it.
 */
export async function videoFacts(file: Blob): Promise<MediaFacts> {
  const video = document.createElement('video')
  const url = URL.createObjectURL(file)
  try {
    await new Promise<void>((resolve, reject) => {
      video.onloadedmetadata = () => resolve()
      video.onerror = () => reject(new Error('The browser cannot read this video.'))
      setTimeout(() => reject(new Error('The browser took too long to read this video.')), timeoutMs)
      video.preload = 'metadata'
      video.src = url
    })
    return { width: video.videoWidth, height: video.videoHeight, durationMs: video.duration * 1_000 }
  } catch {
    return {}
  } finally {
    video.removeAttribute('src')
    video.load()
    URL.revokeObjectURL(url)
  }
}
