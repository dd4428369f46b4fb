let playing: HTMLMediaElement | null = null

/**
 * Pauses the element that was passed before, so that only one on the page plays. Call it when an element begins to
 * play.
 */
export function playAlone(element: HTMLMediaElement): void {
  if (playing !== null && playing !== element) playing.pause()
  playing = element
}
