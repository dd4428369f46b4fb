import type { Attachment, Input } from '@parley/protocol'
import { attachmentPaths } from '@parley/protocol/features/attachment-rules'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-context.ts'
import { createBackoff } from '../connection/backoff.ts'
import { delay } from '../environment.ts'

export interface Transfer {
  input: Input<'attachment.create'>
  file: Blob
  signal: AbortSignal
  /** Called with the number of bytes that the server has, which may be lower after a failure. */
  progress(sent: number): void
}

type Context = Pick<ClientContext, 'call' | 'requests' | 'environment'>

/** Bytes of one request. The size is adapted so that a request takes between `quick` and `slow`. */
const step = { first: 256 * 1024, least: 64 * 1024, most: 8 * 1024 * 1024 }
const paceMs = { quick: 500, slow: 3_000 }

/** Errors that are not about the file: the upload waits until the client can sign in again, or asks for the offset. */
const aboutTheWay = new Set(['unauthenticated', 'upgrade_required', 'offset_conflict'])

const isAboutTheFile = (error: unknown) =>
  !(error instanceof ChatError) || (error.final && !aboutTheWay.has(error.code)) || error.code === 'closed'

/**
 * Uploads a file, reports to `progress` how many bytes the server has, and resolves with the attachment once the server
 * has processed it. After each failure that is not about the file, such as a lost connection, a missing sign-in or
 * `internal`, and where the server has not processed a whole file, waits and continues at the server's offset, without a
 * limit of tries. Rejects with any other error; with `closed` once the client is closed; with `invalid_input` if the
 * file cannot be read; and after an abort with the reason of the signal.
 */
export async function transfer(given: Transfer, context: Context): Promise<Attachment> {
  const backoff = createBackoff(context.environment.random)
  for (let isResumed = false; ; isResumed = true) {
    let retryAfterMs: number | null = null
    try {
      const { attachment } = await context.call('attachment.create', given.input, { signal: given.signal })
      if (attachment.state === 'ready') return attachment
      await sendRest(given, context, isResumed)
      const ready = await readyOne(given, context)
      if (ready) return ready
    } catch (error) {
      given.signal.throwIfAborted()
      if (isAboutTheFile(error)) throw error
      if (error instanceof ChatError) retryAfterMs = error.retryAfterMs
    }
    await delay(context.environment.clock, backoff.next(retryAfterMs), given.signal)
  }
}

/**
 * The attachment, or undefined if the server has not processed the file yet: a question for the offset starts that
 * again.
 */
async function readyOne({ input, signal }: Transfer, { call }: Context): Promise<Attachment | undefined> {
  const { attachment } = await call('attachment.get', { attachmentId: input.id }, { signal })
  return attachment.state === 'ready' ? attachment : undefined
}

const placeOf = ({ input }: Transfer) => `${attachmentPaths.uploads}/${input.id}`
const tus = { 'tus-resumable': '1.0.0' }
const offsetIn = (response: Response) => Number(response.headers.get('upload-offset'))

async function sendRest(given: Transfer, { requests, environment }: Context, isResumed: boolean): Promise<void> {
  const { file, signal, progress } = given
  // Asks for the offset of new uploads, too: another tab, or this one before a reload, may have sent a part.
  let offset = offsetIn(await requests.send(placeOf(given), { method: 'HEAD', headers: tus, signal }))
  let size = isResumed ? step.least : step.first
  progress(offset)
  while (offset < file.size) {
    const body = await bytesOf(file.slice(offset, offset + size))
    const began = environment.clock.now()
    const headers = { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) }
    offset = offsetIn(await requests.send(placeOf(given), { method: 'PATCH', headers, body, signal }))
    const took = environment.clock.now() - began
    if (took < paceMs.quick) size = Math.min(size * 2, step.most)
    if (took > paceMs.slow) size = Math.max(size / 2, step.least)
    progress(offset)
  }
}

async function bytesOf(part: Blob): Promise<ArrayBuffer> {
  try {
    return await part.arrayBuffer()
  } catch {
    throw new ChatError('invalid_input', 'The file was changed or removed on this device.')
  }
}
