import type { SimulatorFeature } from '../simulator-feature.ts'
import { attachments } from './attachments.ts'
import { blocks } from './blocks.ts'
import { contacts } from './contacts.ts'
import { conversations } from './conversations.ts'
import { memberList, memberships } from './memberships.ts'
import { messageHistory, messages } from './messages.ts'
import { offers } from './offers.ts'
import { reactions } from './reactions.ts'
import { receipts } from './receipts.ts'

/** The one list of what features bring to the simulator. Its order is part of what a seed means. */
export const features: readonly SimulatorFeature[] = [
  messages,
  receipts,
  messageHistory,
  memberList,
  conversations,
  memberships,
  reactions,
  contacts,
  blocks,
  attachments,
  offers,
]
