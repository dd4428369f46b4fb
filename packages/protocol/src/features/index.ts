import type { z } from 'zod'
import { composeChanges } from '../changes.ts'
import type { FeatureDefinition } from '../define.ts'
import { composeFailure } from '../failure.ts'
import { sideRows } from '../side-rows.ts'
import { administration } from './administration.ts'
import { attachments } from './attachments.ts'
import { blocks } from './blocks.ts'
import { contacts } from './contacts.ts'
import { conversations } from './conversations.ts'
import { hidings } from './hidings.ts'
import { hooks } from './hooks.ts'
import { memberships } from './memberships.ts'
import { messages } from './messages.ts'
import { offers } from './offers.ts'
import { presence } from './presence.ts'
import { reactions } from './reactions.ts'
import { receipts } from './receipts.ts'
import { sessions } from './sessions.ts'
import { createSync } from './sync.ts'
import { typing } from './typing.ts'
import { users } from './users.ts'

export type { SideRows } from '../side-rows.ts'
export type * from './administration.ts'
export type * from './attachments.ts'
export type * from './blocks.ts'
export type * from './body/body.ts'
export type * from './contacts.ts'
export type * from './conversations.ts'
export type * from './hidings.ts'
export type * from './hooks.ts'
export type * from './memberships.ts'
export type { SendableType } from './message-rules.ts'
export type * from './messages.ts'
export type * from './offers.ts'
export type * from './presence.ts'
export type * from './reactions.ts'
export type * from './receipts.ts'
export type * from './sessions.ts'
export type * from './users.ts'

/** All features except `sync`, in the order of the reference. Only this file of the protocol names them all. */
const listed = {
  sessions,
  users,
  contacts,
  blocks,
  conversations,
  hidings,
  memberships,
  messages,
  attachments,
  reactions,
  offers,
  receipts,
  typing,
  presence,
  hooks,
  administration,
} as const

export const { ConversationChange, AccountChange } = composeChanges(listed, sideRows)
export type ConversationChange = z.output<typeof ConversationChange>
export type AccountChange = z.output<typeof AccountChange>

/** The schemas of errors, which may contain a `ConversationChange`. */
export const { ErrorShape, Failure } = composeFailure(ConversationChange)

export const features = { ...listed, sync: createSync(ConversationChange, AccountChange, Failure) } as const

export type Feature = keyof typeof features

/**
 * Returns the name of the feature of an operation or event, such as `messages` for `message.send`. It is found by the
 * part before the dot; the rest is not checked. The name must have a dot. Throws an Error if no feature has this noun.
 */
export const featureOf = (name: string): Feature => {
  const noun = name.slice(0, name.indexOf('.'))
  const found = Object.entries<FeatureDefinition>(features).find(([, { nouns }]) => nouns.includes(noun))
  if (!found) throw new Error(`No feature has the noun of ${name}.`)
  return found[0] as Feature
}
