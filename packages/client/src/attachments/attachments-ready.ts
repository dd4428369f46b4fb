import type { Body } from '@parley/protocol'
import { ChatError } from '../chat-error.ts'
import { type ClientContext, read } from '../client-context.ts'
import { delay } from '../environment.ts'
import { attachmentIdsOf } from './attachment-rows.ts'
import type { Uploads } from './uploads.ts'

/** How often the server is asked for an upload that another tab or device makes. */
const againMs = 2_000

const unusable = (sentence: string) => new ChatError('attachment_unusable', sentence)

/**
 * Resolves when the attachments of a body are uploaded: with null, or with the reason why the message cannot be sent.
 * Undefined for a body that has none to wait for.
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
  const outcome = await uploads.outcomeOf(id)
  if (outcome) return void (await outcome)
  for (;;) {
    const { attachment } = await read(context, 'attachment.get', { attachmentId: id })
    if (attachment.state === 'ready') return
    await delay(context.environment.clock, againMs)
  }
}

/** What the person reads at the message. What is said of the client itself stays what it is. */
function messageProblem(error: ChatError): ChatError {
  if (error.code === 'cancelled') return unusable('An attachment was taken back.')
  if (error.code === 'not_found')
    return unusable('A file of this message is not on this device any more: attach it again.')
  return error
}
