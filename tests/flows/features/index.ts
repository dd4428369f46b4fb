import type { FlowFeature } from '../flow-feature.ts'
import { attachments } from './attachments.ts'
import { blocks } from './blocks.ts'
import { contacts } from './contacts.ts'
import { conversations } from './conversations.ts'
import { hidings } from './hidings.ts'
import { memberships } from './memberships.ts'
import { messages } from './messages.ts'
import { offers } from './offers.ts'
import { reactions } from './reactions.ts'
import { receipts } from './receipts.ts'
import { users } from './users.ts'

/** The features in the test of convergence. */
export const features: readonly FlowFeature[] = [
  messages,
  attachments,
  reactions,
  offers,
  receipts,
  memberships,
  conversations,
  users,
  contacts,
  blocks,
  hidings,
]
