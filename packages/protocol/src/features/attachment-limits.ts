/*
 * The limits of attachments, each a constant of its own, so that a client contains only the numbers that it uses.
 * `attachment-rules.ts` exports them together as `attachmentLimits`.
 */

/** Attachments of one message. */
export const perMessage = 20
/** Attachments of one user that belong to no message yet. */
export const unbound = 100
/** Attachments in one `attachment.sign`. */
export const signed = 100
/** Heights of a waveform, each 0..100. */
export const peaks = 64
/** UTF-16 code units of the name of a file. */
export const fileName = 120
/** The length that a sender may state for a recording: one day, in milliseconds. */
export const durationMs = 86_400_000
/** Width and height that a sender may state for a video: no device plays a larger one. */
export const pixels = 16_384
/** The largest file that the settings of a server can allow, in bytes. */
export const bytes = 2 ** 40
