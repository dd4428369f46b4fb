import type {
  AccountChange,
  Conversation,
  ConversationChange,
  ConversationSummary,
  Membership,
  Message,
  Output,
  User,
} from '@parley/protocol'
import { features } from './features/index.ts'
import type { Rows } from './flow-feature.ts'
import { isHere } from './reference-rows.ts'
import { latest } from './row-maps.ts'

/** What a device holds of one conversation. Features add their fields by declaration. */
export interface Held {
  /** The position: every change up to this rev has been applied. */
  rev: number
  conversation: Conversation
  messages: ReadonlyMap<string, Message>
  memberships: ReadonlyMap<string, Membership>
  users: ReadonlyMap<string, User>
  /** False until history and members were loaded; later changes only update them. */
  isLoaded: boolean
}

/**
 * What a device holds, by the simplest implementation of the protocol, against which the server is tested. Features add
 * their fields of the account by declaration.
 */
export interface Device {
  epoch: string
  rev: number
  user: User | undefined
  own: ReadonlyMap<string, Membership>
  held: ReadonlyMap<string, Held>
}

/** A device that holds nothing. */
export const emptyDevice: Device = { epoch: '', rev: 0, user: undefined, own: new Map(), held: new Map() }

/** Returns what a device holds of a conversation with these rows added; its rev stays. */
export const merge = (held: Held, rows: Rows): Held =>
  features.reduce((next, feature) => feature.apply?.(next, rows) ?? next, held)

const begin = (summary: ConversationSummary): Held => {
  const { conversation, rev, lastSeq: _, lastMessage, unread: __, memberships, ...beside } = summary
  const held: Held = {
    rev,
    conversation,
    messages: new Map(),
    memberships: new Map(),
    users: new Map(),
    isLoaded: false,
  }
  return merge(held, { messages: lastMessage ? [lastMessage] : [], memberships, ...beside })
}

/** Returns the device with this state of one conversation. */
export const hold = (device: Device, id: string, held: Held): Device => ({
  ...device,
  held: new Map(device.held).set(id, held),
})

/**
 * Returns the device after a live change of a conversation. The same device for an old change, or one of a conversation
 * of which the user is no member; undefined if a change before it is missing.
 */
export function receiveChange(device: Device, change: ConversationChange): Device | undefined {
  const held = device.held.get(change.conversationId)
  if (!held || device.own.get(change.conversationId)?.state !== 'active' || change.rev <= held.rev) return device
  if (change.rev > held.rev + 1) return undefined
  return hold(device, change.conversationId, { ...merge(held, change), rev: change.rev })
}

/**
 * Returns the device after a live change of the account. The same device for an old one; undefined if a change of the
 * account, or of a conversation in it, is missing before it.
 */
export function receiveAccount(device: Device, change: AccountChange): Device | undefined {
  if (change.rev <= device.rev) return device
  if (change.rev > device.rev + 1) return undefined
  const isBehind = change.summaries.some(({ conversation: { id }, rev }) => {
    const wasActive = device.own.get(id)?.state === 'active'
    return wasActive && (device.held.get(id)?.rev ?? rev) < rev
  })
  return isBehind ? undefined : applyAccount(device, change)
}

function applyAccount(device: Device, change: AccountChange): Device {
  const { rev, user, memberships, summaries } = change
  const own = latest(device.own, memberships, ({ conversationId }) => conversationId)
  const held = new Map(device.held)
  for (const { conversationId, state } of memberships) {
    const before = device.own.get(conversationId)?.state
    // A device drops a conversation that its user left, and begins anew with one that they joined. Of one to which they
    // are invited, it holds the latest summary only.
    if (state !== 'active' && state !== 'invited') held.delete(conversationId)
    else if (before !== state || state === 'invited') held.delete(conversationId)
  }
  for (const summary of summaries) {
    if (!held.has(summary.conversation.id)) held.set(summary.conversation.id, begin(summary))
  }
  const next: Device = { ...device, rev, user: user ?? device.user, own, held }
  return features.reduce((before, feature) => feature.applyAccount?.(before, change) ?? before, next)
}

/** The positions that a sync of this device sends: those of conversations of which the user is an active member. */
export const positionsOf = ({ held, own }: Device) =>
  [...held].flatMap(([conversationId, { rev }]) =>
    own.get(conversationId)?.state === 'active' ? [{ conversationId, rev }] : [],
  )

/** Returns the device after the answer to a sync from the positions of this device. */
export function applySync(device: Device, { epoch, reset, account, changes, resets }: Output<'sync.run'>): Device {
  if (reset) return { ...applyAccount(emptyDevice, account), epoch }
  // Changes come only for conversations whose positions were sent; the account says which of those have ended.
  const asked = new Set(positionsOf(device).map(({ conversationId }) => conversationId))
  let next: Device = { ...applyAccount(device, account), epoch }
  for (const change of changes) {
    const held = next.held.get(change.conversationId) ?? device.held.get(change.conversationId)
    if (held && asked.has(change.conversationId))
      next = hold(next, change.conversationId, { ...merge(held, change), rev: change.rev })
  }
  for (const summary of resets) next = hold(next, summary.conversation.id, begin(summary))
  return next
}

/** Everything that the user would see on this device, except for the receipts of others. */
export const viewOf = (device: Device) => ({
  user: device.user,
  rev: device.rev,
  conversations: Object.fromEntries(
    [...device.own.values()]
      .filter(isHere)
      .sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1))
      .map((mine) => [mine.conversationId, conversationView(mine, device.held.get(mine.conversationId))]),
  ),
  ...Object.assign({}, ...features.map((feature) => feature.viewAccount?.(device))),
})

function conversationView(mine: Membership, held: Held | undefined) {
  const { role, state, readSeq, joinedAt, joinedSeq } = mine
  const own = { role, state, readSeq, joinedAt, joinedSeq }
  if (state !== 'active' || !held) return { own, name: held?.conversation.name }
  const views = features.map((feature) => feature.view?.(held, mine))
  return Object.assign({ own, rev: held.rev }, ...views)
}
