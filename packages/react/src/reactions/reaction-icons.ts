import type { IconDrawing } from '../ui/icon-paths.ts'

export const smile: IconDrawing = {
  path: 'M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM8.5 14a4 4 0 007 0M9 9.5h.01M15 9.5h.01',
}
