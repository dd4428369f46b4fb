import type { MediaFacts } from '@parley/client'

/** A browser that cannot read a film may not say so. */
const patienceMs = 5_000

/** What the browser reads of a film: how large its picture is, and how long it takes; nothing where it cannot. */
export async function filmFacts(file: Blob): Promise<MediaFacts> {
  const video = document.createElement('video')
  const url = URL.createObjectURL(file)
  try {
    await new Promise<void>((resolve, reject) => {
      video.onloadedmetadata = () => resolve()
      video.onerror = () => reject(new Error('The browser cannot read this film.'))
      setTimeout(() => reject(new Error('The browser took too long to read this film.')), patienceMs)
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
