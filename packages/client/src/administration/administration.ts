import type { AdministeredPerson, Input, Output } from '@parley/protocol'
import type { CallOptions, Chat } from '../chat.ts'
import { read } from '../client-context.ts'
import { endpointsOf } from '../connection/endpoints.ts'
import { dataFrom } from '../sessions/http.ts'

/** A page of the people of a server: `query`, `state`, `limit`, and `after`, the last user id of the page before. */
export type PeopleListOptions = Input<'administration.listPeople'> & CallOptions
/** A page of the rooms of a server: `query`, `limit`, and `after`, the last room id of the page before. */
export type RoomListOptions = Input<'administration.listRooms'> & CallOptions
/**
 * A page of the log of acts, the newest first: `limit`, and `before`, the number of the last act of the page before.
 */
export type ActListOptions = Input<'administration.listActs'> & CallOptions

/**
 * The API for administrators of the server; the server refuses other users with `forbidden`. It stores each act with
 * its reason in a log, which only administrators can read.
 */
export interface Administration {
  /**
   * Suspends a person: their sessions and sockets end at once, and the server refuses every sign-in to their account.
   * Their messages stay.
   *
   * @example
   * await administration.suspend('mallory', 'Spam in several rooms.')
   */
  suspend(userId: string, reason?: string, options?: CallOptions): Promise<AdministeredPerson>
  /** Lifts a suspension: the person can sign in again. */
  restore(userId: string, reason?: string, options?: CallOptions): Promise<AdministeredPerson>
  /** Signs a person out on all their devices. */
  endSessions(userId: string, reason?: string, options?: CallOptions): Promise<void>
  /**
   * Makes a token with which a person can set a new password, once and within a day. An earlier token of theirs ends.
   */
  createPasswordLink(
    userId: string,
    reason?: string,
    options?: CallOptions,
  ): Promise<Output<'administration.createPasswordLink'>>
  /** Deletes a message for everybody, in a conversation of any kind. */
  removeMessage(messageId: string, reason?: string, options?: CallOptions): Promise<void>
  /**
   * Removes a room with its messages and files. From then on it cannot be opened; its members are removed right
   * afterwards.
   */
  removeRoom(conversationId: string, reason?: string, options?: CallOptions): Promise<void>
  /** A page of people by user name; its `next`, given as `after`, brings the one behind it. */
  listPeople(options?: PeopleListOptions): Promise<Output<'administration.listPeople'>>
  /** A page of rooms, the newest first; `after` is the id of the last room of the previous page. */
  listRooms(options?: RoomListOptions): Promise<Output<'administration.listRooms'>>
  /** A page of the log, the latest act first; `before` is the number of the last act of the previous page. */
  listActs(options?: ActListOptions): Promise<Output<'administration.listActs'>>
}

/**
 * Makes the API for administrators, over the connection of an administrator's chat; asks the server nothing yet. It
 * suspends people, ends sessions, makes password links, removes messages and rooms, and lists people, rooms and acts.
 * Its promises reject with a ChatError, `forbidden` for other users, or with the reason of an abort. After a lost
 * connection the lists are asked for again; an act is sent once, and may have run if it rejects with `disconnected` or
 * `timed_out`. It is a separate entry of the package, so that an app can load it when it is opened.
 *
 * @example
 * import { createAdministration } from '@parley/client/administration'
 * const administration = createAdministration(chat)
 * const { people } = await administration.listPeople({ state: 'suspended' })
 */
export function createAdministration({ call }: Pick<Chat, 'call'>): Administration {
  return {
    suspend: async (userId, reason, options) =>
      (await call('administration.suspend', { userId, reason }, options)).person,
    restore: async (userId, reason, options) =>
      (await call('administration.restore', { userId, reason }, options)).person,
    async endSessions(userId, reason, options) {
      await call('administration.endSessions', { userId, reason }, options)
    },
    createPasswordLink: (userId, reason, options) =>
      call('administration.createPasswordLink', { userId, reason }, options),
    async removeMessage(messageId, reason, options) {
      await call('administration.removeMessage', { messageId, reason }, options)
    },
    async removeRoom(conversationId, reason, options) {
      await call('administration.removeRoom', { conversationId, reason }, options)
    },
    listPeople: ({ signal, ...input } = {}) => read({ call }, 'administration.listPeople', input, { signal }),
    listRooms: ({ signal, ...input } = {}) => read({ call }, 'administration.listRooms', input, { signal }),
    listActs: ({ signal, ...input } = {}) => read({ call }, 'administration.listActs', input, { signal }),
  }
}

/** The token of a link that an administrator made, and the new password. */
export interface PasswordByLink extends Input<'passwordLink.use'> {
  /** The address of the server, such as `https://chat.example.org`. */
  url: string
}

/**
 * Sets a new password with a token that an administrator made, without a sign-in. All sessions of the person end.
 * Resolves with the user name for the next sign-in. Rejects with a ChatError: the server's error, such as `not_found`
 * for a token that was used, was replaced or has expired, or `invalid_input` for the password; or `disconnected`
 * without an answer of a Parley server, after which it may have run: it is sent once, without a time limit. Rejects
 * with the reason of an abort, and with a TypeError for an invalid `url`.
 *
 * @example
 * const username = await setPasswordByLink({ url: location.origin, token, newPassword: 'battery staple' })
 */
export async function setPasswordByLink({ url, ...input }: PasswordByLink, options: CallOptions = {}): Promise<string> {
  const { username } = await dataFrom<Output<'passwordLink.use'>>(`${endpointsOf(url).api}/password-links/use`, {
    method: 'POST',
    ...options,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  return username
}
