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
  .describe('The name of a file: one line, without folders and without marks that turn its direction.')

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
    kind: Kind.describe('How it is shown. The server makes it `file` where the bytes are nothing else.'),
    name: z.string(),
    mime: z
      .string()
      .describe('The type that the first bytes show; `application/octet-stream` where they show none, as with text.'),
    size: z.int().min(0),
    width: z
      .int()
      .min(1)
      .nullable()
      .describe('Of an image as it is shown, upright; of a video as its sender says; null where neither is known.'),
    height: z.int().min(1).nullable(),
    durationMs: Duration.nullable().describe('Of a recording or a video, as its sender says.'),
    peaks: Peaks.nullable(),
    thumbhash: z
      .base64()
      .nullable()
      .describe(
        'A blurred picture in some 25 bytes, to be shown until the image has come. Images alone have one, and a thumbnail.',
      ),
    state: z.enum(['uploading', 'ready']).describe('Attachments of messages are ready.'),
  })
  .meta({ id: 'Attachment' })
export type Attachment = z.output<typeof Attachment>
export type AttachmentKind = Attachment['kind']

/** The attachments of the messages that other rows speak of. They never change. */
export const attachmentSideRows = {
  attachments: z.array(Attachment).default([]).describe('The attachments of these messages.'),
}

/** What the plain body of a message has of them. */
export const BodyAttachments = z
  .array(MessageId)
  .min(1)
  .max(attachmentLimits.perMessage)
  .refine((ids) => new Set(ids).size === ids.length, 'must not name an attachment twice')
  .describe('Your own attachments that are ready and in no other message, in the order in which they are shown.')

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
    summary: `Begins an upload. Its bytes follow at \`${attachmentPaths.uploads}/:id\` by the tus protocol (\`HEAD\`, \`PATCH\`); begun again with the same id and the same input, it stays one.`,
    http: { method: 'POST', path: '/attachments', status: 201 },
    input: z.strictObject({
      id: MessageId,
      kind: Kind.default('file'),
      name: FileName,
      size: Size.describe('In bytes. No more are taken, and it is ready when all have come.'),
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
    summary: 'An attachment of your own, or one of a message that you may see.',
    http: { method: 'GET', path: '/attachments/:attachmentId' },
    input: Which,
    example,
    output: One,
    errors: ['not_found'],
  }),
  'attachment.list': query({
    summary: 'Your attachments that no message has yet, the latest first.',
    http: { method: 'GET', path: '/attachments' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ attachments: z.array(Attachment) }),
  }),
  'attachment.discard': command({
    summary: 'Deletes an attachment of your own that no message has, also one whose upload is not complete.',
    http: { method: 'DELETE', path: '/attachments/:attachmentId' },
    input: Which,
    example,
    output: z.strictObject({}),
    errors: ['not_found'],
  }),
  'attachment.sign': query({
    summary:
      'Addresses of files that work without a token for some minutes, for this user alone and as long as they may see them. What you may not see is left out.',
    http: { method: 'POST', path: '/attachments/urls' },
    input: z.strictObject({ attachmentIds: z.array(Id).min(1).max(attachmentLimits.signed) }),
    example: { attachmentIds: [exampleIds.attachment] },
    output: z.strictObject({ urls: z.array(SignedUrls) }),
  }),
  'attachment.quota': query({
    summary: 'How much you have uploaded, and what this server takes.',
    http: { method: 'GET', path: '/attachments/quota' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({
      usedBytes: z.int().min(0),
      limitBytes: z.int().min(0),
      maxFileSize: z.int().min(1),
      allowedTypes: z.array(z.string()).describe('Such as `image/*` and `application/pdf`; `*/*` is everything.'),
    }),
  }),
} as const

export const attachments = feature({
  nouns: ['attachment'],
  about:
    'Files beside a message. An upload makes one; it is its uploader’s until a message takes it, and goes with that message, or after a day without one.',
  operations: attachmentOperations,
})
