import { crc32, deflateSync } from 'node:zlib'
import type { Page } from 'playwright-core'

/** A file as a browser's dialog gives it to a page. */
export interface SampleFile {
  name: string
  mimeType: string
  buffer: Buffer
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** A PNG of this size, in px, that runs from one colour to another; another `hue` gives other colours. */
export function picture(name: string, width: number, height: number, hue = 20): SampleFile {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (1 + width * 3) + 1 + x * 3
      rows.set([(hue * 5 + (x * 160) / width) % 256, (60 + (y * 150) / height) % 256, (hue * 3) % 256], at)
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]
  return { name, mimeType: 'image/png', buffer: Buffer.concat([signature, ...parts]) }
}

/** A file with this text. */
export const textFile = (name: string, text: string, mimeType = 'text/plain'): SampleFile => ({
  name,
  mimeType,
  buffer: Buffer.from(text),
})

/** Two thirds of a second in teal, 48 wide and 64 high, as Chromium records a canvas. */
const teal = [
  'GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQRChYECGFOAZwEAAAAAAAIuEU2bdLlNu4tTq4QVSalmU6yBbk27i1OrhBZUrmtTrIGT',
  'TbuLU6uEH0O2dVOsgdRNu4xTq4QcU7trU6yCAhzsrgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAVSalm',
  'oCrXsYMPQkBEiYRELMysTYCGQ2hyb21lV0GGQ2hyb21lFlSua7yuuteBAXPFh83dK65uoXaDgQFV7oEBhoVWX1ZQOOCdsIEwuoFAU8CBAVWw',
  'kFWxgQFVuYECVbqBDVW7gQEfQ7Z1AQAAAAAAATzngQCg4aGygQAAANACAJ0BKjAAQAAHBwiFhYiZhIglggJ08ma4vPMx5vpA/teTsnel/uh7',
  '6vKnMgB1oaqmqO6BAaWjsAIAnQEqMABAAAqHCIWFiJmEiDgCAAaOT8zHm/FYAP7rrgCgw6GigQEjADECABwRPAAYDNDJozuUcAY4KqoA+2A/',
  '7m/Qr62r+HWhmaaX7oEBpZLRAQAqEcAAGAAYWC/0AAiUAAD7gQCgxaGjgQHrABECABwQ9AAYABpP9AwAEQwFU4D7YD/+LQ/t5/wa2lB1oZmm',
  'l+6BAaWS0QEAKhHAABgAGFgv9AAIlAAA+4IBI6DIoaaBArMAMQIAHBDcABgAHlf0DAAxsuPBzAD7YD/+QY/0Nf4K74YeAHWhmaaX7oEBpZLR',
  'AQAqEcAAGAAYWC/0AAiUAAD7ggHrHFO7a427i7OBALeG94EB8YHU',
].join('')

/** A WebM video of two thirds of a second, 48 px wide and 64 px high. */
export const film = (name: string): SampleFile => ({
  name,
  mimeType: 'video/webm',
  buffer: Buffer.from(teal, 'base64'),
})

/**
 * Pastes these files, or drops them on the window, as the system does, at the element that matches `target`. Resolves
 * with true if the page took them (prevented the default).
 */
export const giveFiles = (page: Page, how: 'paste' | 'drop', files: SampleFile[], target = 'body') =>
  page.evaluate(
    ({ how, given, target }) => {
      const data = new DataTransfer()
      for (const { name, type, base64 } of given) {
        data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }))
      }
      const flags = { bubbles: true, cancelable: true }
      const element = document.querySelector(target) ?? document.body
      if (how === 'paste') {
        return !element.dispatchEvent(new ClipboardEvent('paste', { ...flags, clipboardData: data }))
      }
      element.dispatchEvent(new DragEvent('dragenter', { ...flags, dataTransfer: data }))
      return !element.dispatchEvent(new DragEvent('drop', { ...flags, dataTransfer: data }))
    },
    {
      how,
      target,
      given: files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, base64: buffer.toString('base64') })),
    },
  )
