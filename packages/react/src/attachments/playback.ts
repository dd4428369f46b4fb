let playing: HTMLMediaElement | null = null

/** Of everything on the page that plays, one does at a time: the others pause. */
export function playAlone(element: HTMLMediaElement): void {
  if (playing !== null && playing !== element) playing.pause()
  playing = element
}
