import type { AttachmentKind } from '@parley/protocol'
import { hostilePages } from './hostile-pages.ts'
import { hostilePictures } from './hostile-pictures.ts'

/** What hostile files contain, so that a test notices if a browser executes them. */
export interface ExecutionMark {
  /** JavaScript without `"`, `<` and `&`, so that it fits into every format. */
  program: string
  /** An address to request, for files that cannot contain a program. */
  address: string
}

export type HostileFile = [
  what: string,
  name: string,
  make: (mark: ExecutionMark) => Promise<Buffer> | Buffer,
  /** The kind that its sender declares; `image` if left out. */
  kind?: AttachmentKind,
]

/** Files that attack the server, or the browsers of users who open them. */
export const hostileFiles: readonly HostileFile[] = [...hostilePages, ...hostilePictures]
