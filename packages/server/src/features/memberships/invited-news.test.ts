import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Delivery } from '../../core/delivery.ts'
import { arrive, enter, newId, newName, openRoom, registerMany } from '../../testing/people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'
import { createStore } from '../index.ts'
import { invitedAtOnce, notifyInvited } from './membership-changes.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterEach(async () => {
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

test('A2: one transaction notifies a limited number of invited people, each of them once', async () => {
  const { write, close } = await openTestDatabase(dataDir)
  const store = createStore(write)
  const ids = Array.from({ length: 2 * invitedAtOnce + 50 }, () => newId()).sort()
  const nothing = { avatar_url: null, password_hash: null, last_seen_at: null, rev: 0, created_at: 0 }
  for (const id of ids) {
    await store.users.insert({ id, username: id, username_key: id, display_name: id, role: 'user', ...nothing })
  }
  const row = {
    ...({ id: newId(), kind: 'room', visibility: 'private', name: 'New', topic: null, context: null } as const),
    ...{ direct_key: null, created_by: ids[0] ?? '', created_at: 0, last_seq: 0, rev: 2, membership_rev: 1 },
    ...({ settings_rev: 2, direct_blocked: 0, direct_contacts: 0, direct_later: 0, direct_awaits: null } as const),
    ...({ invited_told: null } as const),
    removed_at: null,
  }
  await store.conversations.insert(row)
  const marks = { read_seq: 0, delivered_seq: 0, read_at: null, delivered_at: null, joined_at: null, joined_seq: 0 }
  await store.memberships.putAll(
    ids.map((user_id) => ({
      ...{ conversation_id: row.id, user_id, role: 'member' as const, state: 'invited' as const },
      ...{ rev: 1, account_rev: 0, ...marks },
    })),
  )

  const told: string[][] = []
  for (let after: string | null = ''; after !== null; ) {
    const deliveries: Delivery[] = []
    const now: { invited_told: string | null } = after === '' ? row : { invited_told: after }
    await notifyInvited({ store, emit: (delivery) => void deliveries.push(delivery) }, { id: row.id, ...now }, after)
    told.push(deliveries.map(({ audience }) => audience.channels[0]?.id ?? ''))
    after = (await store.conversations.byId(row.id))?.invited_told ?? null
  }
  expect(told.map((some) => some.length)).toEqual([invitedAtOnce, invitedAtOnce, 50])
  expect(told.flat()).toEqual(ids)
  await close()
})

test('A2: after a crash, the next server notifies the remaining invited people', async () => {
  const first = await startTestServer({ dataDir })
  const [ana, guest] = [await arrive(first, 'ana'), await first.register(newName('guest'))]
  const conversationId = await openRoom(ana)
  await ana.ask('membership.invite', { conversationId, userIds: [guest.user.id] })
  const device = await first.connect(guest)
  const { epoch, account } = await device.ask('sync.run', {})
  await first.close()

  const database = await openTestDatabase(dataDir)
  await createStore(database.write).conversations.update(conversationId, { name: 'New', invited_told: '' })
  await database.close()
  const second = await startTestServer({ dataDir })
  const again = await enter(second, guest)
  const names = async () => {
    const { account: later } = await again.ask('sync.run', { epoch, rev: account.rev })
    return later.summaries.map(({ conversation }) => conversation.name)
  }
  await expect.poll(names).toEqual(['New'])
  await second.close()
})

test('A2: all invited people get the new name of a room, also if they are thousands', async () => {
  const server = await startTestServer({ dataDir })
  const ana = await arrive(server, 'ana')
  const conversationId = await openRoom(ana)
  const guests = await registerMany(server, invitedAtOnce + 20)
  const ids = guests.map(({ user }) => user.id).sort()
  for (let from = 0; from < ids.length; from += 100) {
    await ana.ask('membership.invite', { conversationId, userIds: ids.slice(from, from + 100) })
  }
  const last = await server.connect(guests.find(({ user }) => user.id === ids.at(-1)) ?? guests[0]!)
  await ana.ask('conversation.update', { conversationId, name: 'New' })
  const heard = await last.heard('account.updated', ({ summaries }) => summaries[0]?.conversation.name === 'New')
  expect(heard.memberships).toMatchObject([{ state: 'invited' }])
  await server.close()
})
