import type { AttachmentKind } from '@parley/protocol'
import { hostilePages } from './hostile-pages.ts'
import { hostilePictures } from './hostile-pictures.ts'

/** How a file shows that it was executed. */
export interface ExecutionMark {
  /** JavaScript without `"`, `<` and `&`, so that it fits into every format. */
  program: string
  /** A file that has no program of its own asks for this address. */
  address: string
}

export type HostileFile = [
  what: string,
  name: string,
  make: (mark: ExecutionMark) => Promise<Buffer> | Buffer,
  /** What its sender says it is: an image, if nothing else. */
  kind?: AttachmentKind,
]

/** Files that attack the server, or the browsers of those who open them. */
export const hostileFiles: readonly HostileFile[] = [...hostilePages, ...hostilePictures]
