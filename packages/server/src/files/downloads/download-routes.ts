import { Readable } from 'node:stream'
import { attachmentPaths, attachmentVariants } from '@parley/protocol/features/attachment-rules'
import { Hono, type Context as HttpContext } from 'hono'
import type { Anyone } from '../../core/context.ts'
import type { ByteRoutes } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { AttachmentRow } from '../../features/attachments/attachment-store.ts'
import { BlobMissing, type BlobStore } from '../../storage/blobs/blob-store.ts'
import { rangeOf } from './byte-range.ts'
import { downloadHeaders } from './download-headers.ts'
import { createSignedUrls, type Variant } from './signed-url.ts'

/**
 * Routes that send the bytes of attachments, the original also by ranges, after checking at each request that the user
 * may see them. The user is the one of a valid signed URL, if still active, otherwise the caller as in REST. Answers
 * `not_found` for an attachment that is not ready, has no thumbnail or was deleted, and for an unknown variant; 304 if
 * `If-None-Match` has its tag; 416 for a range outside the file.
 */
export const downloadRoutes =
  (kernel: Kernel): ByteRoutes =>
  (web) => {
    const { store, tokens, blobs } = kernel
    const urls = createSignedUrls(tokens)
    const app = new Hono()
    app.onError((error, c) => web.failed(c, error))

    /** The user of a signed URL, else the caller as in REST. */
    const callerOf = async (c: HttpContext, attachmentId: string, variant: Variant): Promise<Anyone> => {
      const userId = urls.userOf({ attachmentId, variant }, c.req.query(), Date.now())
      const user = userId === undefined ? undefined : (await store.users.entrant(userId))?.user
      return user ? { user, sessionId: null, socket: null } : web.callerOf(c)
    }

    app.get(`${attachmentPaths.files}/:attachmentId/:variant`, async (c) => {
      const { attachmentId, variant } = c.req.param()
      if (!isVariant(variant)) return web.refuse(c, new OperationError('not_found'))
      const reply = await web.run(c, 'attachment.get', { attachmentId }, await callerOf(c, attachmentId, variant))
      if (!reply.ok) return web.answer(c, reply)
      const row = await store.attachments.byId(attachmentId)
      if (row?.state !== 'ready' || (variant === 'thumbnail' && row.thumbhash === null)) {
        return web.refuse(c, new OperationError('not_found'))
      }
      return sendFile(c, row, variant, { blobs, isForOtherSites: web.isForOtherSites })
    })
    return app
  }

const isVariant = (word: string): word is Variant => (attachmentVariants as readonly string[]).includes(word)

interface SendOptions {
  blobs: BlobStore
  isForOtherSites: boolean
}

async function sendFile(c: HttpContext, row: AttachmentRow, variant: Variant, options: SendOptions) {
  const { blobs, isForOtherSites } = options
  const headers = downloadHeaders(row, variant, isForOtherSites)
  if (c.req.header('if-none-match') === headers.ETag) return new Response(null, { status: 304, headers })
  // Ranges of thumbnails, which are small, are ignored.
  const isPart = variant === 'original' && [undefined, headers.ETag].includes(c.req.header('if-range'))
  const range = isPart ? rangeOf(c.req.header('range'), row.size) : undefined
  if (range === null) {
    return new Response(null, { status: 416, headers: { ...headers, 'Content-Range': `bytes */${row.size}` } })
  }
  const length = range ? range.end - range.start + 1 : row.size
  const sized = variant === 'original' ? { ...headers, 'Content-Length': String(length) } : headers
  const ranged = range ? { ...sized, 'Content-Range': `bytes ${range.start}-${range.end}/${row.size}` } : sized
  const status = range ? 206 : 200
  if (c.req.raw.method === 'HEAD') return new Response(null, { status, headers: ranged })
  const bytes = await blobs.read(variant === 'original' ? row.blob_key : row.thumbnail_key, range).catch(absent)
  return new Response(Readable.toWeb(bytes) as ReadableStream, { status, headers: ranged })
}

/** A missing blob becomes `not_found`: its message was deleted after the row was read. */
function absent(error: unknown): never {
  throw error instanceof BlobMissing ? new OperationError('not_found') : error
}
