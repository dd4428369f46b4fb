import type { AttachmentRow } from '../../features/attachments/attachment-store.ts'
import { unknownType } from '../inspection/inspection.ts'
import type { Variant } from './signed-url.ts'

/** Types of sound and video that browsers play and that contain no scripts. */
const playable = new Set([
  'audio/aac',
  'audio/flac',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'video/mp4',
  'video/ogg',
  'video/webm',
])

interface Shown {
  type: string
  disposition: 'inline' | 'attachment'
}

/** Images that we re-encoded and playable types are shown; browsers must save everything else, without a type. */
function shownAs({ mime, thumbhash, kind }: AttachmentRow, variant: Variant): Shown {
  if (variant === 'thumbnail') return { type: 'image/webp', disposition: 'inline' }
  const isShown = thumbhash !== null || (playable.has(mime) && kind !== 'file')
  return isShown ? { type: mime, disposition: 'inline' } : { type: unknownType, disposition: 'attachment' }
}

/**
 * Makes the response headers for a whole file, without its length. Browsers show a thumbnail, a re-encoded image, and
 * playable sound or video that was sent as such; they must save everything else, which gets `application/octet-stream`
 * as its type. They may store it, but must ask each time. `isForOtherSites` lets pages of other origins embed the
 * file. Checks no right to see it.
 */
export function downloadHeaders(
  row: AttachmentRow,
  variant: Variant,
  isForOtherSites: boolean,
): Record<string, string> {
  const { type, disposition } = shownAs(row, variant)
  return {
    'Content-Type': type,
    'Content-Disposition': `${disposition}; ${fileNameOf(variant === 'thumbnail' ? `${row.name}.webp` : row.name)}`,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    // Pages of allowed sites embed files by a URL that was signed for their user.
    'Cross-Origin-Resource-Policy': isForOtherSites ? 'cross-origin' : 'same-origin',
    'Accept-Ranges': 'bytes',
    // Browsers may store the bytes, but must ask each time whether the user may still see the file.
    'Cache-Control': 'private, no-cache',
    ETag: `"${row.id}-${variant}"`,
  }
}

/** RFC 6266: an ASCII name for old clients, and the real one. */
function fileNameOf(name: string): string {
  const ascii = name.replace(/[^\x20-\x7E]/g, '_').replace(/["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`
}
