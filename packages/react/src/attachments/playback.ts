let playing: HTMLMediaElement | null = null

/**
 * Call it when an element begins to play: it pauses the element that was passed before, so that only one on the page
 * plays. It does not start the element.
 */
export function playAlone(element: HTMLMediaElement): void {
  if (playing !== null && playing !== element) playing.pause()
  playing = element
}
