import type { Membership, Message } from '@parley/protocol'
import type { Chat } from '../../packages/client/src/chat.ts'
import type { ChatState, ConversationState } from '../../packages/client/src/chat-state.ts'
import type { ModelServer } from './model-server.ts'

/** Looks at every single state of a client, for what may not be seen even for a moment. */
export class StateWatch {
  readonly #server: ModelServer
  readonly #blame: (what: string) => void
  readonly #histories = new Map<string, ReadonlySet<Message>>()
  /** The rev of the own membership when a conversation was last seen. */
  readonly #leftAt = new Map<string, number>()

  constructor(chat: Chat, server: ModelServer, blame: (what: string) => void) {
    this.#server = server
    this.#blame = blame
    chat.store.subscribe((state, before) => this.#look(state, before))
  }

  #look(state: ChatState, before: ChatState): void {
    const isSameHistory = state.epoch === before.epoch
    if (!isSameHistory) {
      this.#leftAt.clear()
      if (state.epoch === this.#server.world.epoch) this.#histories.set(state.epoch, this.#server.world.rows)
    }
    if (isSameHistory && (state.rev ?? 0) < (before.rev ?? 0)) this.#blame('the account’s position went back')
    if (state.conversations === before.conversations) return
    const me = state.me?.id ?? ''
    for (const [id, held] of Object.entries(state.conversations)) {
      const old = isSameHistory ? before.conversations[id] : undefined
      if (held === old) continue
      if (!old) this.#entered(id, held.memberships[me])
      this.#lookAt(held, old, me, state.epoch ?? '')
    }
    for (const [id, old] of Object.entries(before.conversations)) {
      if (isSameHistory && !state.conversations[id]) this.#leftAt.set(id, old.memberships[me]?.rev ?? 0)
    }
  }

  #entered(id: string, mine: Membership | undefined): void {
    const leftAt = this.#leftAt.get(id)
    if (leftAt !== undefined && (mine?.rev ?? 0) <= leftAt) this.#blame(`${id} came back without being entered again`)
  }

  #lookAt(held: ConversationState, old: ConversationState | undefined, me: string, epoch: string): void {
    const { id } = held.conversation
    const say = (what: string) => this.#blame(`${id}: ${what}`)
    if (held.unread < 0 || held.unread > 100) say(`${held.unread} unread`)
    if (old && held.rev < old.rev) say(`the position went from ${old.rev} back to ${held.rev}`)
    const wasActive = old?.memberships[me]?.state === held.memberships[me]?.state
    if (old && wasActive && held.lastSeq < old.lastSeq)
      say(`the last place went from ${old.lastSeq} back to ${held.lastSeq}`)
    if (old?.memberships[me]) this.#lookAtPositions(held, old, say)
    if (held.messages !== old?.messages) this.#lookAtWindow(held, old, epoch, say)
    if (held.messages === old?.messages && held.pending === old?.pending) return
    const shown = held.hasAfter ? held.messages : [...held.messages, ...held.pending]
    if (new Set(shown.map((row) => row.id)).size < shown.length) say('a message is shown twice')
  }

  #lookAtPositions(held: ConversationState, old: ConversationState, say: (what: string) => void): void {
    for (const [userId, { readSeq, deliveredSeq }] of Object.entries(held.memberships)) {
      const before = old.memberships[userId]
      if (before && readSeq < before.readSeq) say(`what ${userId} has read went back to ${readSeq}`)
      if (before && deliveredSeq < before.deliveredSeq) say(`what reached ${userId} went back to ${deliveredSeq}`)
    }
  }

  #lookAtWindow(
    held: ConversationState,
    old: ConversationState | undefined,
    epoch: string,
    say: (what: string) => void,
  ): void {
    const history = this.#histories.get(epoch)
    const first = held.messages[0]?.seq ?? 0
    const offset = first - (old?.messages[0]?.seq ?? 0)
    held.messages.forEach((row, index) => {
      const before = old?.messages[index + offset]
      if (row === before) return
      if (row.seq !== first + index) say(`place ${row.seq} stands where ${first + index} belongs`)
      if (before?.id === row.id && row.rev < before.rev) say(`message ${row.seq} became older`)
      if (history && !history.has(row)) say(`message ${row.seq} is of another history than ${epoch}`)
    })
    const end = held.messages.at(-1)?.seq ?? 0
    if (end > held.lastSeq) say(`the window ends at ${end}, behind the last place ${held.lastSeq}`)
  }
}
