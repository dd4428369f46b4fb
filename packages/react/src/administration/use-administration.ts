import { type Administration, createAdministration } from '@parley/client/administration'
import type { AdministeredPerson, AdministeredRoom, AdministrationAct, User } from '@parley/protocol'
import { useCallback, useMemo, useState } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { type Page, usePages } from '../hooks/use-pages.ts'

/**
 * The API for administrators: people, messages, rooms and the log. The same object for the same chat. Its promises
 * reject with a `ChatError`, such as `forbidden` if the user is not an administrator, or with the reason of an abort.
 * After a lost connection the lists are asked for again; an act that rejects with `disconnected` or `timed_out` may
 * have run. Throws without a `ChatProvider`.
 *
 * @example const administration = useAdministration(); await administration.suspend(userId, 'Spam')
 */
export function useAdministration(): Administration {
  const chat = useChat()
  return useMemo(() => createAdministration(chat), [chat])
}

/** Lists people whose names contain `query`, and whose state is `state`; undefined for any state. */
export interface PeopleQuery {
  query: string
  state: AdministeredPerson['state'] | undefined
}

/**
 * People whose names contain `query` ('' for all) and whose state is `state` (undefined for any), sorted by user name,
 * in pages: the first is loaded at the mount and for a new `query` or `state`, and `more` appends the next one (see
 * `usePages`). `replace` shows this person instead of the loaded one with the same id, as long as the component is
 * mounted, also if they do not fit `state` any more; it adds no person and sends nothing to the server.
 *
 * @example const { items, more, replace } = useAdministeredPeople({ query: '', state: 'suspended' })
 */
export function useAdministeredPeople({ query, state }: PeopleQuery) {
  const administration = useAdministration()
  const [changed, setChanged] = useState<Readonly<Record<string, AdministeredPerson>>>({})
  const ask = useCallback(
    async (after: string | undefined, signal: AbortSignal): Promise<Page<AdministeredPerson, string>> => {
      const { people, hasMore, next } = await administration.listPeople({ query, state, after, signal })
      // A server of an earlier version names no cursor.
      return { items: people, after: hasMore ? (next ?? people.at(-1)?.user.id ?? null) : null }
    },
    [administration, query, state],
  )
  const pages = usePages(ask, ask)
  const replace = (person: AdministeredPerson) => setChanged((before) => ({ ...before, [person.user.id]: person }))
  return { ...pages, items: pages.items?.map((person) => changed[person.user.id] ?? person) ?? null, replace }
}

/**
 * Rooms whose names contain `query`, the newest first, in pages: a new `query` loads the first page, and `more` appends
 * the next one (see `usePages`). `drop` removes a room from the list as long as the component is mounted, also after a
 * new search, but not from the server.
 *
 * @example const { items, more, drop } = useAdministeredRooms('kitchen')
 */
export function useAdministeredRooms(query: string) {
  const administration = useAdministration()
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set())
  const ask = useCallback(
    async (after: string | undefined, signal: AbortSignal): Promise<Page<AdministeredRoom, string>> => {
      const { rooms, hasMore } = await administration.listRooms({ query, after, signal })
      return { items: rooms, after: hasMore ? (rooms.at(-1)?.conversation.id ?? null) : null }
    },
    [administration, query],
  )
  const pages = usePages(ask, ask)
  const drop = (conversationId: string) => setDropped((before) => new Set([...before, conversationId]))
  return { ...pages, items: pages.items?.filter(({ conversation }) => !dropped.has(conversation.id)) ?? null, drop }
}

/** An act of an administrator, with the present profiles of its actor and of the person whom it concerns. */
export interface ShownAct {
  act: AdministrationAct
  actor: User | undefined
  user: User | undefined
}

/**
 * The log of administrators' acts, the latest first, in pages: the first is loaded when the component is mounted, and
 * `more` appends the next one (see `usePages`). Acts that follow do not appear by themselves. A profile that the server
 * does not send is undefined.
 *
 * @example const { items, more } = useAdministrationActs()
 */
export function useAdministrationActs() {
  const administration = useAdministration()
  const ask = useCallback(
    async (before: number | undefined, signal: AbortSignal): Promise<Page<ShownAct, number>> => {
      const { acts, users, hasMore } = await administration.listActs({ before, signal })
      const byId = new Map(users.map((user) => [user.id, user]))
      const items = acts.map((act) => ({ act, actor: byId.get(act.actorId), user: byId.get(act.userId ?? '') }))
      return { items, after: hasMore ? (acts.at(-1)?.number ?? null) : null }
    },
    [administration],
  )
  return usePages(ask, ask)
}
