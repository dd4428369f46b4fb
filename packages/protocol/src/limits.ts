import * as clientLimits from './client-limits.ts'

export { clientLimits }

/** The greatest number or length of each thing. Lengths are UTF-16 code units unless the comment says otherwise. */
export const limits = {
  ...clientLimits,
  id: 64,
  name: 100,
  topic: 500,
  username: 32,
  password: { min: 8, max: 128 },
  /** Users in one request, such as those invited at once. */
  people: 100,
  /** A sync resets a conversation that has more changes or more changed rows than this since the device's position. */
  changedRows: 200,
  /** One answer of a sync contains at most this much in total; the device asks again for the rest. */
  answerRows: 1_000,
  answerBytes: 256 * 1024,
  /** The first conversation of an answer may exceed `answerBytes`, up to this; beyond it, the conversation is reset. */
  conversationBytes: 1024 * 1024,
  /**
   * A page of messages or conversations contains at most this much, and one entry more. 1,000 conversations are usually
   * 1.3 MB.
   */
  pageBytes: 2 * 1024 * 1024,
} as const
