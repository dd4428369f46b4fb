import type { IconDrawing } from '../ui/icon-paths.ts'

export const clip: IconDrawing = {
  path: 'M19.5 11.5l-7.6 7.6a4.6 4.6 0 01-6.5-6.5l8-8a3.1 3.1 0 014.4 4.4l-8 8a1.5 1.5 0 01-2.2-2.2l7.3-7.3',
}
export const download: IconDrawing = { path: 'M12 4v11M7.5 10.5L12 15l4.5-4.5M5 19.5h14' }
export const retry: IconDrawing = { path: 'M19.5 12a7.5 7.5 0 11-2.3-5.4M19.5 4v4h-4' }
export const microphone: IconDrawing = {
  path: 'M12 3.5a3 3 0 013 3v5a3 3 0 01-6 0v-5a3 3 0 013-3zM5.5 11a6.5 6.5 0 0013 0M12 17.5v3',
}
export const play: IconDrawing = { path: 'M8 5.5l10.5 6.5L8 18.5z' }
export const pause: IconDrawing = { path: 'M8.5 5.5v13M15.5 5.5v13' }
export const stop: IconDrawing = { path: 'M7 7h10v10H7z' }
const lens = 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L20 20M7.5 10.5h6'
export const zoomIn: IconDrawing = { path: `${lens}M10.5 7.5v6` }
export const zoomOut: IconDrawing = { path: lens }
export const next: IconDrawing = { path: 'M9 5l7 7-7 7', isMirrored: true }
const page = 'M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4'
const sheet: IconDrawing = { path: page }
const written: IconDrawing = { path: `${page}M9 12h6M9 15.5h6` }
const picture: IconDrawing = { path: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M15.5 9h.01' }
const film: IconDrawing = { path: 'M4 6h16v12H4zM10 9.5v5l4.5-2.5z' }
const sound: IconDrawing = {
  path: 'M9 17.5V6l10-2v11.5M9 17.5a2.5 2.5 0 11-5 0 2.5 2.5 0 015 0zM19 15.5a2.5 2.5 0 11-5 0 2.5 2.5 0 015 0z',
}
const box: IconDrawing = { path: `${page}M12 9v2M12 12.5v2M10.5 16.5h3` }

const iconsByExtension: Readonly<Record<string, IconDrawing>> = {
  pdf: written,
  doc: written,
  docx: written,
  odt: written,
  txt: written,
  md: written,
  rtf: written,
  zip: box,
  gz: box,
  tar: box,
  '7z': box,
  rar: box,
  png: picture,
  jpg: picture,
  jpeg: picture,
  gif: picture,
  webp: picture,
  svg: picture,
  heic: picture,
  mp4: film,
  mov: film,
  webm: film,
  mkv: film,
  mp3: sound,
  m4a: sound,
  wav: sound,
  ogg: sound,
  flac: sound,
}

/**
 * The icon of a file, by the kind of the attachment (`image`, `video`, `audio`, `voice`); for any other kind, such as
 * `file`, by the extension of its name (without the dot, in any case); a sheet of paper if that is unknown, too.
 */
export function iconOf(kind: string, extension: string): IconDrawing {
  if (kind === 'image') return picture
  if (kind === 'video') return film
  if (kind === 'audio') return sound
  if (kind === 'voice') return microphone
  return iconsByExtension[extension.toLowerCase()] ?? sheet
}
