import type { EventName, OperationName } from './catalogue.ts'

/** The features in reading order, each with what it is about. */
export const features = {
  sessions: 'Who is signed in, on which device, and until when.',
  users: 'People: their names, pictures and passwords.',
  conversations: 'Rooms and direct conversations, listed with the last message and what is unread.',
  memberships: 'Who is in a conversation, in which role, and how they came and went.',
  messages: 'What is said. The sender makes the id, the conversation gives the place.',
  receipts: 'How far each member has read and received: two marks that only grow.',
  typing: 'Who is typing right now. Best effort, never stored.',
  presence: 'Who is online, away or busy. Best effort, told to those who watch.',
  sync: 'How a device catches up: everything that changed since the positions it holds.',
} as const

export type Feature = keyof typeof features

type Noun<Name extends string> = Name extends `${infer N}.${string}` ? N : never

const featureOfNoun: Record<Noun<OperationName | EventName>, Feature> = {
  session: 'sessions',
  user: 'users',
  conversation: 'conversations',
  membership: 'memberships',
  message: 'messages',
  receipt: 'receipts',
  typing: 'typing',
  presence: 'presence',
  sync: 'sync',
  account: 'sync',
  operation: 'sync',
}

/** The feature that an operation or event belongs to: its noun says it. */
export const featureOf = (name: OperationName | EventName): Feature =>
  featureOfNoun[name.slice(0, name.indexOf('.')) as Noun<OperationName | EventName>]
