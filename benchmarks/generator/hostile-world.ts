import type { Job } from '../scenario.ts'
import { eachOf } from '../targets/rest-caller.ts'
import { Caller } from './caller.ts'
import type { World } from './hostile-acts.ts'
import { writeMissed } from './missed.ts'
import { messageId } from './vocabulary.ts'

/**
 * The number of the hostile caller in the crowd. The crowded room is the first conversation, that of the invited the
 * second.
 */
export const hostileNumber = 0
const [crowded, inviting, usual] = [0, 1, 2]
const atOnce = 50
const pageSize = 100

/** Completes the rooms: writes messages that a device has missed and a message to change, and invites users. */
export const makeWorld = async (job: Job): Promise<World> => {
  const { missed = 1, conversations = 1 } = job.settings.numbers
  const rooms = job.crowd.conversations.slice(0, conversations)
  const idOf = (room: number) => rooms[room]?.id ?? ''
  await writeMissed(job, rooms.slice(usual), missed, 1)
  const caller = await Caller.enter(job, hostileNumber)
  const message = { conversationId: idOf(crowded), id: messageId(), body: { kind: 'plain', text: 'first' } } as const
  await caller.ask('message.send', message)
  const strangerIds = await inviteStrangers(job, caller, idOf(inviting))
  const userIds = await memberIdsOf(caller, idOf(crowded))
  const { data } = await caller.ask('sync.run', {})
  caller.close()
  return {
    crowded: idOf(crowded),
    inviting: idOf(inviting),
    usual: idOf(usual),
    messageId: message.id,
    userIds,
    strangerIds,
    positions: rooms.map(({ id }) => ({ conversationId: id, rev: 1 })),
    epoch: data.epoch,
  }
}

/** Invites users who are not in the crowded room; resolves with their ids. */
const inviteStrangers = async (job: Job, caller: Caller, conversationId: string): Promise<string[]> => {
  const { invited = 1, members = 1 } = job.settings.numbers
  const strangers = Array.from({ length: invited }, (_, i) => members + 1 + i)
  const ids: string[] = []
  await eachOf(strangers, atOnce, async (member, i) => {
    const stranger = await Caller.enter(job, member)
    ids[i] = (await stranger.ask('user.me', {})).data.user.id
    stranger.close()
  })
  for (let i = 0; i < invited; i += 100) {
    await caller.ask('membership.invite', { conversationId, userIds: ids.slice(i, i + 100) })
  }
  return ids
}

/** The ids of the members of a room, page by page. */
const memberIdsOf = async (caller: Caller, conversationId: string): Promise<string[]> => {
  const ids: string[] = []
  for (;;) {
    const { data } = await caller.ask('membership.list', { conversationId, after: ids.at(-1), limit: pageSize })
    ids.push(...data.memberships.map(({ userId }) => userId))
    if (!data.hasMore) return ids
  }
}

/** Connects members of the crowded room, and makes them watch the presence of the hostile caller. */
export const enterWatchers = async (job: Job, watchers: number): Promise<Caller[]> => {
  const callers: Caller[] = []
  const first = await Caller.enter(job, hostileNumber)
  const { user } = (await first.ask('user.me', {})).data
  first.close()
  const people = Array.from({ length: watchers }, (_, i) => i + 1)
  await eachOf(people, atOnce, async (member, i) => {
    const caller = await Caller.enter(job, member)
    callers[i] = caller
    await caller.ask('presence.watch', { userIds: [user.id] })
  })
  return callers
}
