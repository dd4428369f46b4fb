import type { Body } from '@parley/protocol'
import { ChatError } from '../chat-error.ts'
import { type ClientContext, read } from '../client-context.ts'
import { delay } from '../environment.ts'
import { attachmentIdsOf } from './attachment-rows.ts'
import type { Uploads } from './uploads.ts'

/** Milliseconds between two questions to the server about an upload that another tab or device makes. */
const againMs = 2_000

const unusable = (sentence: string) => new ChatError('attachment_unusable', sentence)

/**
 * Resolves with null when all attachments of a body are uploaded, or with the first error; never rejects. A missing or
 * cancelled upload gives `attachment_unusable`. After an error that is not `final`, such as `timed_out`, the caller
 * asks again. Undefined if there is nothing to wait for: no attachment, or only ones that the state shows as `done`.
 * Uploads that failed, or whose file this browser still keeps, as after a reload, start again; for others, such as
 * those of another device, it asks the server every 2 s.
 */
export function attachmentsReady(
  body: Body,
  uploads: Uploads,
  context: ClientContext,
): Promise<ChatError | null> | undefined {
  const held = context.store.getState().uploads
  const waiting = attachmentIdsOf(body).filter((id) => held[id]?.status !== 'done')
  if (waiting.length === 0) return undefined
  return Promise.all(waiting.map((id) => ready(id, uploads, context))).then(
    () => null,
    (error) => (error instanceof ChatError ? messageProblem(error) : unusable(String(error))),
  )
}

async function ready(id: string, uploads: Uploads, context: ClientContext): Promise<void> {
  if (await uploads.outcomeOf(id)) return
  for (;;) {
    const { attachment } = await read(context, 'attachment.get', { attachmentId: id })
    if (attachment.state === 'ready') return
    await delay(context.environment.clock, againMs)
  }
}

/** The error that the message shows: in words about its attachment, or unchanged if it is not about the attachment. */
function messageProblem(error: ChatError): ChatError {
  if (error.code === 'cancelled') return unusable('An attachment was taken back.')
  if (error.code === 'not_found')
    return unusable('A file of this message is not on this device any more: attach it again.')
  return error
}
