import type { IconDrawing } from '../ui/icon-paths.ts'

/** A price tag. */
export const tag: IconDrawing = { path: 'M11 4H4.5v6.5L13 19l6.5-6.5zM8 8h.01' }
