const size = 24
const fontSize = 16

/** The pixels of an emoji drawn in a text colour, which changes text glyphs but not pictures. */
function pixelsOf(context: CanvasRenderingContext2D, emoji: string, colour: string): Uint8ClampedArray {
  context.clearRect(0, 0, size, size)
  context.fillStyle = colour
  context.fillText(emoji, 0, 2)
  return context.getImageData(0, 0, size, size).data
}

/**
 * Returns true if this device has a picture of the emoji, and also if there is no canvas, as on a server. Without a
 * picture, a browser draws nothing, a box in the colour of the text, or the parts of the emoji side by side. Each call
 * draws on a new canvas, so callers should keep the answer.
 */
export function hasPicture(emoji: string): boolean {
  if (typeof document === 'undefined') return true
  const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return true
  context.font = `${fontSize}px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif`
  context.textBaseline = 'top'
  if (context.measureText(emoji).width > fontSize * 1.8) return false
  const [red, blue] = [pixelsOf(context, emoji, '#f00'), pixelsOf(context, emoji, '#00f')]
  return red.some((value) => value !== 0) && red.every((value, at) => value === blue[at])
}
