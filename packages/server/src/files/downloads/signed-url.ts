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

/** An address stays the same for so long, so that a browser asks for a picture once; it ends at most as much later. */
const periodMs = 5 * 60_000

/** Addresses that are good for one user, one file and some minutes. Who may see the file is asked at each use all the same. */
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
    /** One address, for one user. */
    one: (asked: Omit<Signature, 'expiresAt'>, now: number): string => address({ ...asked, expiresAt: expiryAt(now) }),

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

    /** The user for whom an address was signed, if it is good now. */
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
