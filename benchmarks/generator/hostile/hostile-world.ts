import type { SignedIn } from '@parley/protocol'
import type { Job } from '../../scenario.ts'
import { call, eachOf } from '../../targets/rest-caller.ts'
import { Caller } from '../caller.ts'
import { writeMissed } from '../missed.ts'
import { messageId } from '../vocabulary.ts'

/** What the hostile caller uses in its calls. */
export interface World {
  port: number
  /** The access token of the caller. */
  token: string
  ownId: string
  /** An API key with all scopes. */
  key: string
  /** Tokens and ids of other sessions of the caller. */
  spareTokens: string[]
  sessionIds: string[]
  /** A room with the most members; the caller owns it. */
  crowded: string
  /** A room whose users are almost all invited only; the caller owns it. */
  inviting: string
  /** A room of two with a page of the longest messages. */
  sealed: string
  /** A public room of others, whose member the caller is. */
  open: string
  /** A direct conversation of the caller, and the other user. */
  direct: string
  directUserId: string
  /** A message in the crowded room. */
  messageId: string
  /** Open offers to the caller. */
  offerIds: string[]
  /** Attachments of the caller, in no message. */
  attachmentIds: string[]
  /** Members of the crowded room. The caller is the first. */
  userIds: string[]
  /** Users who are invited to a room, and in none. */
  strangerIds: string[]
  /** Those of them who asked the caller for contact. */
  requesterIds: string[]
  /** All conversations of the caller, with the position of a device that was away. */
  positions: { conversationId: string; rev: number }[]
  epoch: string
  /** An account with a password, of which the caller knows it. */
  account: SignedIn
  /** Filled by the acts. */
  hookIds: string[]
  linkTokens: string[]
}

/** The password of the account. */
export const password = 'a password that is known'

/**
 * The number of the hostile caller in the crowd. The crowded room is the first conversation, that of the invited the
 * second.
 */
export const hostileNumber = 0
const [crowded, inviting, usual] = [0, 1, 2]
const atOnce = 50
const pageSize = 100
/** Requests for contact that one user may have open from others. */
const mostRequests = 1_000
const unboundFiles = 90

/**
 * Completes the crowd's rooms and makes what the acts need: messages, offers, uploads, invitations, requests for
 * contact and an account. Resolves with their ids. Call it while the server has no rate limits.
 */
export const makeWorld = async (job: Job): Promise<World> => {
  const { missed = 1, conversations = 1 } = job.settings.numbers
  const rooms = job.crowd.conversations.slice(0, conversations)
  const idOf = (room: number) => rooms[room]?.id ?? ''
  await writeMissed(job, rooms.slice(usual), missed, 1)
  const caller = await Caller.enter(job, hostileNumber)
  const ownId = (await caller.ask('user.me', {})).data.user.id
  const strangers = await inviteStrangers(job, caller, idOf(inviting), ownId)
  const world: World = {
    ...{ port: job.ports[0] ?? 0, token: job.crowd.members[hostileNumber]?.token ?? '', ownId },
    ...{ key: job.crowd.key ?? '', spareTokens: job.crowd.spareTokens ?? [], sessionIds: await sessionIdsOf(caller) },
    ...{ crowded: idOf(crowded), inviting: idOf(inviting), sealed: idOf(usual) },
    ...(await meetAnother(job, caller, idOf(usual), rooms[usual]?.people[1] ?? 1)),
    // After all other messages of the room.
    messageId: await writeMessages(caller, idOf(crowded), idOf(usual)),
    attachmentIds: await beginUploads(caller),
    userIds: await memberIdsOf(caller, idOf(crowded), ownId),
    ...strangers,
    positions: rooms.map(({ id }) => ({ conversationId: id, rev: 1 })),
    epoch: (await caller.ask('sync.run', {})).data.epoch,
    account: await call(job.ports[0] ?? 0, 'user.register', { username: 'hostile', password }),
    ...{ hookIds: [], linkTokens: [] },
  }
  caller.close()
  return world
}

/** Writes a page of the longest messages, and one to change elsewhere; resolves with the id of that one. */
const writeMessages = async (caller: Caller, inCrowd: string, inSealed: string): Promise<string> => {
  const ciphertext = '\u0001'.repeat(32_768)
  for (let i = 0; i < pageSize; i += 1) {
    const body = { kind: 'sealed', ciphertext } as const
    await caller.ask('message.send', { conversationId: inSealed, id: messageId(), body })
  }
  const id = messageId()
  await caller.ask('message.send', { conversationId: inCrowd, id, body: { kind: 'plain', text: 'first' } })
  return id
}

/** Lets the other user of a room make offers, and a public room with the caller; opens a direct conversation. */
const meetAnother = async (job: Job, caller: Caller, conversationId: string, member: number) => {
  const other = await Caller.enter(job, member)
  const { user } = (await other.ask('user.me', {})).data
  const offerIds: string[] = []
  for (let i = 0; i < pageSize; i += 1) {
    const offer = { amount: i, currency: 'EUR' }
    const id = messageId()
    await other.ask('message.send', { conversationId, id, body: { kind: 'plain', text: '', offer } })
    offerIds.push(id)
  }
  const made = await other.ask('conversation.create', { name: 'open', visibility: 'public', userIds: [] })
  const open = made.data.summary.conversation.id
  await caller.ask('membership.join', { conversationId: open })
  const { data } = await caller.ask('conversation.openDirect', { userId: user.id })
  other.close()
  return { offerIds, open, direct: data.summary.conversation.id, directUserId: user.id }
}

const beginUploads = async (caller: Caller): Promise<string[]> => {
  const ids = Array.from({ length: unboundFiles }, messageId)
  for (const id of ids) await caller.ask('attachment.create', { id, name: 'file', size: 1 })
  return ids
}

/** Invites users who are not in the crowded room, and lets them ask the caller for contact; resolves with their ids. */
const inviteStrangers = async (job: Job, caller: Caller, conversationId: string, ownId: string) => {
  const { invited = 1, members = 1 } = job.settings.numbers
  const strangers = Array.from({ length: invited }, (_, i) => members + 1 + i)
  const strangerIds: string[] = []
  await eachOf(strangers, atOnce, async (member, i) => {
    const stranger = await Caller.enter(job, member)
    strangerIds[i] = (await stranger.ask('user.me', {})).data.user.id
    if (i < mostRequests) await stranger.ask('contact.request', { userId: ownId })
    stranger.close()
  })
  for (let i = 0; i < invited; i += pageSize) {
    await caller.ask('membership.invite', { conversationId, userIds: strangerIds.slice(i, i + pageSize) })
  }
  return { strangerIds, requesterIds: strangerIds.slice(0, mostRequests) }
}

/** The ids of the members of a room, page by page; that of the caller first. */
const memberIdsOf = async (caller: Caller, conversationId: string, ownId: string): Promise<string[]> => {
  const ids: string[] = []
  for (;;) {
    const { data } = await caller.ask('membership.list', { conversationId, after: ids.at(-1), limit: pageSize })
    ids.push(...data.memberships.map(({ userId }) => userId))
    if (!data.hasMore) return [ownId, ...ids.filter((id) => id !== ownId)]
  }
}

/** The ids of the other sessions of the caller, page by page. */
const sessionIdsOf = async (caller: Caller): Promise<string[]> => {
  const ids: string[] = []
  for (let after: string | undefined; ; ) {
    const { data } = await caller.ask('session.list', { after, limit: pageSize })
    ids.push(...data.sessions.flatMap(({ id, current }) => (current ? [] : id)))
    after = data.next
    if (after === undefined) return ids
  }
}

/** Connects members of the crowded room, and makes them watch the presence of the hostile caller. */
export const enterWatchers = async (job: Job, watchers: number, { ownId }: World): Promise<Caller[]> => {
  const callers: Caller[] = []
  const people = Array.from({ length: watchers }, (_, i) => i + 1)
  await eachOf(people, atOnce, async (member, i) => {
    const caller = await Caller.enter(job, member)
    callers[i] = caller
    await caller.ask('presence.watch', { userIds: [ownId] })
  })
  return callers
}
