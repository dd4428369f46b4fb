import type { Attachment, Output } from '@parley/protocol'
import type { attachmentVariants } from '@parley/protocol/features/attachment-rules'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, read } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { applyAttachments, dropAttachments } from './attachment-rows.ts'
import { attachmentsReady } from './attachments-ready.ts'
import { createSignedUrls } from './signed-urls.ts'
import type { Upload, UploadOptions, UploadState } from './upload.ts'
import { Uploads } from './uploads.ts'

/**
 * A form of a file: `original` (the bytes as uploaded, images without their metadata) or `thumbnail` (a small picture).
 */
export type AttachmentVariant = (typeof attachmentVariants)[number]

/** Uploads of files for messages, and addresses of their bytes. Promises reject with a ChatError, except `cancel`. */
export interface Attachments {
  /**
   * Begins to upload a file, and continues after a lost connection. A message with its id can be sent at once: it waits
   * in the outbox until its uploads are done, and fails if one of them fails.
   *
   * @example
   * const photo = chat.attachments.upload(file, { onProgress: (sent, size) => show(sent / size) })
   * chat.messages.send(conversationId, { kind: 'plain', text: '', attachments: [photo.id] })
   */
  upload(file: Blob, options?: UploadOptions): Upload
  /** Cancels an upload. If it is done already, deletes the attachment, unless a message contains it. */
  cancel(attachmentId: string): Promise<void>
  /**
   * Continues an upload that failed; does nothing for others. `uploads` in the state shows its outcome: the promise
   * `settled` stays rejected.
   */
  retry(attachmentId: string): void
  /**
   * An address of the bytes that works without a token, for `<img src>`. It is the same for some minutes. While the
   * state has a `previewUrl` of the upload, it is that address of the local file, for each variant.
   */
  url(attachmentId: string, variant?: AttachmentVariant): Promise<string>
  /** How much this user has uploaded, and what the server accepts. */
  quota(options?: CallOptions): Promise<Output<'attachment.quota'>>
}

export interface AttachmentsState {
  /** Uploads of this device by id, running and failed ones, and a limited number of the last done ones. */
  uploads: Readonly<Record<string, UploadState>>
}

export interface AttachmentsFields {
  /** The attachments of the loaded messages, by id. */
  attachments: Readonly<Record<string, Attachment>>
}

export const attachments: ClientFeature<Attachments, AttachmentsState, AttachmentsFields> = {
  create: createAttachments,
  state: { initial: { uploads: {} }, survivesReset: true },
  conversation: { begin: () => ({ attachments: {} }) },
  conversationRows: { attachments: { apply: applyAttachments }, messages: { apply: dropAttachments } },
}

function createAttachments(context: ClientContext, outbox: Outbox): Attachments {
  const uploads = new Uploads(context)
  const signedUrl = createSignedUrls(context)
  outbox.prepareBy(({ body }) => attachmentsReady(body, uploads, context))
  return {
    upload: (file, options) => uploads.begin(file, options),
    cancel: (attachmentId) => uploads.cancel(attachmentId),
    retry: (attachmentId) => uploads.retry(attachmentId),
    url: async (attachmentId, variant = 'original') =>
      context.store.getState().uploads[attachmentId]?.previewUrl ?? signedUrl(attachmentId, variant),
    quota: (options) => read(context, 'attachment.quota', {}, options),
  }
}
