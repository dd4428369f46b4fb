/*
 * The limits that clients check. Each is a constant of its own, so that a client contains only the numbers that it
 * uses. `limits.ts` exports them together as `clientLimits`.
 */

/** A packet over a socket, or the body of a request. */
export const packetBytes = 262_144
/** UTF-16 code units of the text of a message. */
export const textBytes = 16_384
/** Characters (Unicode code points) of the text of a message. */
export const text = 4_000
/** Entries in one page of a list: the most that `limit` can ask for in most operations. */
export const page = 100
/** Users whose presence one socket watches. */
export const watched = 500
/** Positions in one `sync.run`. */
export const positions = 1_000
/** Unread messages are counted up to this number, which is shown as "99+". */
export const unread = 100
/** The pattern of every id, also of those that a host application chooses. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/
