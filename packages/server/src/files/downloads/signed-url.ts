import { timingSafeEqual } from 'node:crypto'
import type { SignedUrls } from '@parley/protocol'
import { attachmentPaths, type attachmentVariants } from '@parley/protocol/features/attachment-rules'
import type { Tokens } from '../../auth/tokens.ts'
import type { AttachmentRow } from '../../features/attachments/attachment-store.ts'

export type Variant = (typeof attachmentVariants)[number]

export interface Signature {
  attachmentId: string
  variant: Variant
  userId: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/**
 * A URL stays the same for this long, so that browsers can cache an image, and expires at most this long after it was
 * replaced.
 */
const periodMs = 5 * 60_000

/**
 * Makes URLs of files (`one`; `of` for both variants), from `/api/v1` on: the caller puts the base path before them.
 * `userOf` verifies the query of one, and returns its user, or undefined if it is wrong or expired. Each is valid for
 * one user, one variant of one file, and 5 to 10 minutes; nothing is stored. It only proves the user: whether the user
 * may see the file must be checked at each use. `now` is in milliseconds since 1970.
 */
export function createSignedUrls({ fileSeal }: Pick<Tokens, 'fileSeal'>) {
  const sealOf = ({ attachmentId, variant, userId, expiresAt }: Signature) =>
    fileSeal(`${attachmentId} ${variant} ${expiresAt} ${userId}`)
  const address = (signature: Signature) => {
    const { attachmentId, variant, userId, expiresAt } = signature
    const query = new URLSearchParams({ user: userId, until: String(expiresAt), seal: sealOf(signature) })
    return `/api/v1${attachmentPaths.files}/${attachmentId}/${variant}?${query}`
  }
  const expiryAt = (now: number) => (Math.floor(now / periodMs) + 2) * periodMs
  return {
    /** The URL of one variant. */
    one: (asked: Omit<Signature, 'expiresAt'>, now: number): string => address({ ...asked, expiresAt: expiryAt(now) }),

    /** The URLs of both variants; `thumbnail` is null if there is none. */
    of: (row: AttachmentRow, userId: string, now: number): SignedUrls => {
      const expiresAt = expiryAt(now)
      const signature = { attachmentId: row.id, userId, expiresAt }
      return {
        attachmentId: row.id,
        original: address({ ...signature, variant: 'original' }),
        thumbnail: row.thumbhash === null ? null : address({ ...signature, variant: 'thumbnail' }),
        expiresAt,
      }
    },

    /** The user for whom a URL was signed; undefined if the signature is wrong or expired. */
    userOf: (asked: Omit<Signature, 'userId' | 'expiresAt'>, query: Record<string, string>, now: number) => {
      const { user, until, seal } = query
      if (user === undefined || seal === undefined || !/^\d{1,15}$/.test(until ?? '')) return undefined
      const signature = { ...asked, userId: user, expiresAt: Number(until) }
      return signature.expiresAt > now && isSame(seal, sealOf(signature)) ? user : undefined
    },
  }
}

const isSame = (one: string, other: string) => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
