/** Those of `limits` that a client goes by: it need not carry the others. */
export const clientLimits = {
  /** A packet over a socket, or the body of a request. */
  packetBytes: 256 * 1024,
  textBytes: 16 * 1024,
  text: 4_000,
  page: 100,
  watched: 500,
  positions: 1_000,
  /** Unread is counted up to here and shown as "99+". */
  unread: 100,
} as const

/** How much of each thing there may be. Lengths are UTF-16 code units unless a name says otherwise. */
export const limits = {
  ...clientLimits,
  id: 64,
  name: 100,
  topic: 500,
  username: 32,
  password: { min: 8, max: 128 },
  people: 100,
  /** A conversation that moved further, in changes or in changed rows, is not synced but reset. */
  changedRows: 200,
  /** What one answer of a sync brings, over all of it; the rest is asked for again. */
  answerRows: 1_000,
  answerBytes: 256 * 1024,
  /** What one conversation may bring in an answer of its own. */
  conversationBytes: 1024 * 1024,
} as const
