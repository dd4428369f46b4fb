/**
 * The version of the protocol. Any change to a schema changes a print in `version.prints.json`; then raise this number
 * (and add a line here) if an older client could stumble over the change.
 *
 * 1: the first.
 */
export const PROTOCOL_VERSION = 1

/** The oldest protocol version that this server still talks to; an older client gets `upgrade_required`. */
export const OLDEST_SERVED_VERSION = 1
