import { z } from 'zod'
import { command, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, MessageId, Timestamp, wellFormed } from '../primitives.ts'
import { attachmentKinds, attachmentLimits, attachmentPaths, cleanFileName } from './attachment-rules.ts'

const FileName = z
  .string()
  .max(1_024)
  .check(wellFormed)
  .overwrite(cleanFileName)
  .describe('The name of a file. The server makes it one line, without folders and invisible or special characters.')

const Kind = z.enum(attachmentKinds)
const Size = z.int().min(1).max(attachmentLimits.bytes)
const ClaimedSide = z.int().min(1).max(attachmentLimits.pixels)
const Duration = z.int().min(0).max(attachmentLimits.durationMs)
const Peaks = z
  .array(z.int().min(0).max(100))
  .length(attachmentLimits.peaks)
  .describe(`The waveform of a recording: ${attachmentLimits.peaks} heights, 0..100.`)

export const Attachment = z
  .strictObject({
    id: Id,
    kind: Kind.describe(
      'How clients show it. The server changes it to `file` if the bytes are not of the stated kind.',
    ),
    name: z.string(),
    mime: z
      .string()
      .describe('The type that the first bytes show; `application/octet-stream` if they show none, as with text.'),
    size: z.int().min(0),
    width: z
      .int()
      .min(1)
      .nullable()
      .describe('Of an image: as it is shown, upright. Of a video: as its sender stated. Null if not known.'),
    height: z.int().min(1).nullable(),
    durationMs: Duration.nullable().describe('Of a recording or a video, as its sender stated.'),
    peaks: Peaks.nullable(),
    thumbhash: z
      .base64()
      .nullable()
      .describe(
        'A blurred picture of about 25 bytes, to show until the image is loaded. Only images have one, and a thumbnail.',
      ),
    state: z.enum(['uploading', 'ready']).describe('Attachments of messages are ready.'),
  })
  .meta({ id: 'Attachment' })
export type Attachment = z.output<typeof Attachment>
export type AttachmentKind = Attachment['kind']

/** The attachments of the messages in a page, summary or change. Attachments of a message never change. */
export const attachmentSideRows = {
  attachments: z.array(Attachment).default([]).describe('The attachments of these messages.'),
}

/** The part `attachments` of a plain body: their ids. */
export const BodyAttachments = z
  .array(MessageId)
  .min(1)
  .max(attachmentLimits.perMessage)
  .refine((ids) => new Set(ids).size === ids.length, 'must not name an attachment twice')
  .describe('The ids of your own attachments that are ready and in no other message, in the order to show them.')

export const SignedUrls = z
  .strictObject({
    attachmentId: Id,
    original: z.string(),
    thumbnail: z.string().nullable(),
    expiresAt: Timestamp,
  })
  .meta({ id: 'SignedUrls' })
export type SignedUrls = z.output<typeof SignedUrls>

const One = z.strictObject({ attachment: Attachment })
const Which = z.strictObject({ attachmentId: Id })
const example = { attachmentId: exampleIds.attachment }

const attachmentOperations = {
  'attachment.create': command({
    summary: `Begins an upload. Its bytes follow at \`${attachmentPaths.uploads}/:id\` by the tus protocol (\`HEAD\`, \`PATCH\`). The same request again, with the same id and input, continues the same upload.`,
    http: { method: 'POST', path: '/attachments', status: 201 },
    input: z.strictObject({
      id: MessageId,
      kind: Kind.default('file'),
      name: FileName,
      size: Size.describe('In bytes. The server accepts no more, and the attachment is ready when it has all.'),
      width: ClaimedSide.optional().describe('Of a video, with its height. The server measures images itself.'),
      height: ClaimedSide.optional(),
      durationMs: Duration.optional(),
      peaks: Peaks.optional(),
    }),
    example: {
      id: exampleIds.attachment,
      kind: 'video',
      name: 'Walk along the pier.mp4',
      size: 48_213,
      width: 1_280,
      height: 720,
      durationMs: 4_200,
      peaks: Array.from({ length: attachmentLimits.peaks }, (_, at) => at),
    },
    output: One,
    errors: ['file_too_large', 'quota_exceeded', 'limit_reached', 'attachment_unusable'],
  }),
  'attachment.get': query({
    summary: 'An attachment of your own, or of a message that you can see.',
    http: { method: 'GET', path: '/attachments/:attachmentId' },
    input: Which,
    example,
    output: One,
    errors: ['not_found'],
  }),
  'attachment.list': query({
    summary: 'Your attachments that belong to no message yet, the latest first.',
    http: { method: 'GET', path: '/attachments' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ attachments: z.array(Attachment) }),
  }),
  'attachment.discard': command({
    summary: 'Deletes an attachment of your own that belongs to no message, also one whose upload is not complete.',
    http: { method: 'DELETE', path: '/attachments/:attachmentId' },
    input: Which,
    example,
    output: z.strictObject({}),
    errors: ['not_found'],
  }),
  'attachment.sign': query({
    summary:
      'Addresses of files that work without a token for some minutes, only for you, and only while you can see the message. The answer leaves out attachments that you cannot see.',
    http: { method: 'POST', path: '/attachments/urls' },
    input: z.strictObject({ attachmentIds: z.array(Id).min(1).max(attachmentLimits.signed) }),
    example: { attachmentIds: [exampleIds.attachment] },
    output: z.strictObject({ urls: z.array(SignedUrls) }),
  }),
  'attachment.quota': query({
    summary: 'How much you have uploaded, and what this server accepts.',
    http: { method: 'GET', path: '/attachments/quota' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({
      usedBytes: z.int().min(0),
      limitBytes: z.int().min(0),
      maxFileSize: z.int().min(1),
      allowedTypes: z.array(z.string()).describe('Such as `image/*` and `application/pdf`; `*/*` allows all.'),
    }),
  }),
} as const

export const attachments = feature({
  nouns: ['attachment'],
  about:
    'Files of messages. An upload makes an attachment, which belongs to its uploader until a message contains it. It is deleted with that message, or after a day without one.',
  operations: attachmentOperations,
})
