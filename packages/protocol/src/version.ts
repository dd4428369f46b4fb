/**
 * The version of the protocol. Any change to a schema changes a print in `version.prints.json`. If the change could
 * break an older client, raise this number and add a line here.
 *
 * 1: the first.
 */
export const PROTOCOL_VERSION = 1

/** The oldest protocol version that this server accepts; a client with an older one gets `upgrade_required`. */
export const OLDEST_SERVED_VERSION = 1
