import type { Membership, Message } from '@parley/protocol'
import type { Held } from './reference-device.ts'

export const isHere = ({ state }: Membership) => state === 'active' || state === 'invited'

/** The messages that a device holds, in their order. */
export const messagesOf = ({ messages }: Held): Message[] => [...messages.values()].sort((a, b) => a.seq - b.seq)

/** Members and those who are invited, by their ids. */
export const peopleOf = ({ memberships }: Held): Membership[] =>
  [...memberships.values()].filter(isHere).sort((a, b) => (a.userId < b.userId ? -1 : 1))
