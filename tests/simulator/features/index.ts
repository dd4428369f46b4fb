import type { SimulatorFeature } from '../simulator-feature.ts'
import { attachments } from './attachments.ts'
import { blocks } from './blocks.ts'
import { contacts } from './contacts.ts'
import { conversations } from './conversations.ts'
import { hidings } from './hidings.ts'
import { memberList, memberships } from './memberships.ts'
import { messageHistory, messages } from './messages.ts'
import { offers } from './offers.ts'
import { reactions } from './reactions.ts'
import { receipts } from './receipts.ts'

/** The features in the simulator. If the order changes, seeds give other histories. */
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
  hidings,
]
