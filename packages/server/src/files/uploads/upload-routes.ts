import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { errorCatalogue, type Reply } from '@parley/protocol'
import { attachmentPaths } from '@parley/protocol/features/attachment-rules'
import { Hono, type Context as HttpContext } from 'hono'
import type { Anyone } from '../../core/context.ts'
import type { ByteRoutes, ByteWeb, FormBindings } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { AttachmentRow } from '../../features/attachments/attachment-store.ts'
import type { Finishing } from './finishing.ts'
import { receiveForm } from './form-upload.ts'
import type { OngoingUploads } from './ongoing-uploads.ts'
import { BrokenOff, keepPart, receive } from './receive.ts'
import { countIn, creationFrom, metadataOf, tusAbilities, tusHeaders } from './tus-headers.ts'

export interface Uploads {
  kernel: Kernel
  ongoing: OngoingUploads
  finishing: Finishing
}

const one = `${attachmentPaths.uploads}/:attachmentId`
const bindingsOf = (c: HttpContext) => c.env as HttpBindings & FormBindings
const incomingOf = (c: HttpContext): IncomingMessage => bindingsOf(c).incoming

/**
 * Routes for uploads of a user's own files. They come by tus 1.0 (POST, HEAD, PATCH, DELETE), which can resume after a
 * broken connection, or as a form with one file (POST), which cannot. An upload is finished in the request that brings
 * its last bytes, or in the next HEAD. HEAD and DELETE first end a request that still sends its bytes. Others' uploads
 * are answered as `not_found`.
 */
export const uploadRoutes =
  (uploads: Uploads): ByteRoutes =>
  (web) => {
    const { maxFileSize } = uploads.kernel.settings.files
    const app = new Hono()
    // The body of a refused request has not been read, so the connection cannot be used again.
    app.onError((error, c) => {
      if (error instanceof BrokenOff) return c.body(null, 408)
      const response = web.failed(c, error)
      for (const [name, value] of Object.entries({ ...tusHeaders, Connection: 'close' }))
        response.headers.set(name, value)
      return response
    })
    for (const path of [attachmentPaths.uploads, one]) {
      app.options(path, (c) => c.body(null, 204, tusAbilities(maxFileSize)))
    }
    app.post(attachmentPaths.uploads, (c) => {
      const isForm = c.req.header('content-type')?.startsWith('multipart/form-data')
      return isForm ? uploadForm(c, web, uploads) : createUpload(c, web)
    })
    app.get(one, (c) => sendOffset(c, web, uploads))
    app.patch(one, (c) => appendBytes(c, web, uploads))
    app.delete(one, (c) => cancel(c, web, uploads))
    return app
  }

/** `POST` by tus. */
async function createUpload(c: HttpContext, web: ByteWeb): Promise<Response> {
  const words = metadataOf(c.req.header('upload-metadata'))
  const size = countIn(c.req.header('upload-length'))
  if (Number.isNaN(size))
    throw new OperationError('invalid_input', 'Upload-Length must be the number of bytes of the file.')
  const input = creationFrom(words, size, words.filetype)
  const reply = await web.run(c, 'attachment.create', input, await web.callerOf(c))
  if (!reply.ok) return web.answer(c, reply)
  // Relative, because the server does not know below which path a proxy has put it.
  const [folder] = attachmentPaths.uploads.split('/').slice(-1)
  const location = c.req.path.endsWith('/') ? input.id : `${folder}/${input.id}`
  return c.body(null, 201, { ...tusHeaders, Location: location, 'Upload-Offset': '0' })
}

/** The row of the caller's own upload. Throws `not_found` for uploads of others, as if they did not exist. */
async function ownUpload(c: HttpContext, web: ByteWeb, { kernel }: Uploads): Promise<AttachmentRow> {
  const attachmentId = c.req.param('attachmentId') ?? ''
  const caller = await web.callerOf(c)
  dataOf(await web.run(c, 'attachment.get', { attachmentId }, caller))
  const row = await kernel.store.attachments.byId(attachmentId)
  if (!row || row.owner_id !== caller.user?.id) throw new OperationError('not_found')
  return row
}

/** The data of a reply. Throws its refusal. */
function dataOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.data
  throw new OperationError(reply.error.code, reply.error.message, reply.error.retryAfterMs)
}

/**
 * The bytes that the caller may still store. Throws `quota_exceeded` if there is no room, and `rate_limited`: a form is
 * only charged as an upload once all of its bytes have arrived, which cost the disk as much if it is refused then.
 */
async function roomOf(c: HttpContext, web: ByteWeb, caller: Anyone): Promise<number> {
  const { usedBytes, limitBytes } = dataOf(await web.run(c, 'attachment.quota', {}, caller))
  if (usedBytes >= limitBytes) throw new OperationError('quota_exceeded')
  return limitBytes - usedBytes
}

const stateHeaders = (row: AttachmentRow, offset = row.received) => ({
  ...tusHeaders,
  'Upload-Offset': String(offset),
  'Upload-Length': String(row.state === 'ready' ? row.received : row.size),
})

/** `HEAD`. Finishes an upload whose connection broke right after its last bytes. */
async function sendOffset(c: HttpContext, web: ByteWeb, uploads: Uploads): Promise<Response> {
  if (c.req.raw.method !== 'HEAD') throw new OperationError('unknown_operation')
  const { id } = await ownUpload(c, web, uploads)
  await uploads.ongoing.stop(id)
  const row = await ownUpload(c, web, uploads)
  if (row.state === 'uploading' && row.received === row.size) await uploads.finishing.finish(row)
  return c.body(null, 200, stateHeaders(row))
}

/** `PATCH`. */
async function appendBytes(c: HttpContext, web: ByteWeb, uploads: Uploads): Promise<Response> {
  const { kernel, ongoing, finishing } = uploads
  const first = await ownUpload(c, web, uploads)
  if (c.req.header('content-type') !== 'application/offset+octet-stream') {
    return c.body(errorCatalogue.invalid_input.meaning, 415, { ...tusHeaders, Connection: 'close' })
  }
  const offset = countIn(c.req.header('upload-offset'))
  const source = incomingOf(c)
  let received = 0
  await ongoing.run(first.id, first.owner_id, source, async () => {
    const row = await kernel.store.attachments.byId(first.id)
    if (!row) throw new OperationError('not_found')
    if (row.received !== offset) throw new OperationError('offset_conflict')
    if (countIn(c.req.header('content-length')) > row.size - offset) throw new OperationError('file_too_large')
    received = await receive(row, source, kernel)
  })
  if (received === first.size && first.state === 'uploading') await finishing.finish({ ...first, received })
  return c.body(null, 204, { ...tusHeaders, 'Upload-Offset': String(received) })
}

/** `DELETE`. */
async function cancel(c: HttpContext, web: ByteWeb, uploads: Uploads): Promise<Response> {
  const { id } = await ownUpload(c, web, uploads)
  await uploads.ongoing.stop(id)
  const reply = await web.run(c, 'attachment.discard', { attachmentId: id }, await web.callerOf(c))
  return reply.ok ? c.body(null, 204, tusHeaders) : web.answer(c, reply)
}

/** `POST` of a form. */
async function uploadForm(c: HttpContext, web: ByteWeb, uploads: Uploads): Promise<Response> {
  const caller = await web.callerOf(c)
  if (!caller.user) throw new OperationError('unauthenticated')
  const source = incomingOf(c)
  const { kernel, ongoing, finishing } = uploads
  const form = `form ${randomUUID()}`
  return ongoing.run(form, caller.user.id, source, async () => {
    const room = await roomOf(c, web, caller)
    const { file, words, fields, type } = await receiveForm(source, kernel, room)
    try {
      bindingsOf(c).checkFields?.(fields, caller)
      const input = creationFrom(words, file.size, type)
      const begun = await web.run(c, 'attachment.create', input, caller)
      if (!begun.ok) return web.answer(c, begun)
      await keepPart(input, 0, file, kernel)
      const row = await kernel.store.attachments.byId(input.id)
      if (row) await finishing.finish(row)
      return web.answer(c, await web.run(c, 'attachment.get', { attachmentId: input.id }, caller), 201)
    } finally {
      await file.discard()
    }
  })
}
