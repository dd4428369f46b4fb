import type { Membership, Message } from '@parley/protocol'
import type { Chat } from '../../packages/client/src/chat.ts'
import type { ChatState, ConversationState } from '../../packages/client/src/chat-state.ts'
import { features } from './features/index.ts'
import type { ModelServer } from './model-server.ts'
import type { StateChange } from './simulator-feature.ts'

/** Checks every single state of a client for what a user may not see even for a moment. */
export class StateWatch {
  readonly #server: ModelServer
  readonly #blame: (what: string) => void
  readonly #histories = new Map<string, ReadonlySet<Message>>()
  /** The rev of the user's membership when a conversation was last in the state. */
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
    const say = (what: string) => this.#blame(`${held.conversation.id}: ${what}`)
    if (old && held.rev < old.rev) say(`the position went from ${old.rev} back to ${held.rev}`)
    const change: StateChange = { held, old, me, epoch, history: this.#histories.get(epoch) }
    for (const feature of features) feature.checkState?.(change, say)
  }
}
