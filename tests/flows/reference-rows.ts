import type { Membership, Message } from '@parley/protocol'
import type { Held } from './reference-device.ts'

/** Is the membership active or an invitation? */
export const isHere = ({ state }: Membership) => state === 'active' || state === 'invited'

/** The messages that a device holds, the lowest `seq` first. */
export const messagesOf = ({ messages }: Held): Message[] => [...messages.values()].sort((a, b) => a.seq - b.seq)

/** The memberships of members and invited users, sorted by user id. */
export const peopleOf = ({ memberships }: Held): Membership[] =>
  [...memberships.values()].filter(isHere).sort((a, b) => (a.userId < b.userId ? -1 : 1))
