import type { OperationName } from '@parley/protocol'
import { accountActs } from './account-acts.ts'
import { type Act, textOf } from './act.ts'
import { administrationActs } from './administration-acts.ts'
import { backendActs, erasingActs } from './backend-acts.ts'
import { messageActs } from './message-acts.ts'
import { personActs } from './person-acts.ts'
import { readingActs } from './reading-acts.ts'
import { roomActs } from './room-acts.ts'

/**
 * The act of every operation, in an order in which none spoils a later one. It does not compile while an operation is
 * missing.
 */
const ofOperations: Record<OperationName, Act> = {
  ...readingActs,
  ...messageActs,
  ...roomActs,
  ...backendActs,
  ...personActs,
  ...accountActs,
  ...administrationActs,
  ...erasingActs,
}

/** Other calls of the same operations, which cost much in another way. */
const others: Record<string, Act> = {
  'sync.run, nothing held': (caller) => caller.ask('sync.run', {}),
  'user.search, found nowhere': (caller, _, i) => caller.ask('user.search', { query: `q${i}z`, limit: 100 }),
  'administration.listPeople, found nowhere': (caller) => caller.ask('administration.listPeople', { query: 'zq' }),
  'conversation.update, 3,000 invited': (caller, { inviting }, i) =>
    caller.ask('conversation.update', { conversationId: inviting, topic: textOf(i) }),
}

/** All acts by their names in the result. */
export const acts: Record<string, Act> = { ...others, ...ofOperations }
