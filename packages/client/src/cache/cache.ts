import type { AccountChange, ConversationChange, ConversationSummary, SideRows } from '@parley/protocol'
import type { ChatState, ConversationState } from '../chat-state.ts'
import type { ClientFeature, ConversationPart, ConversationRowKind, StatePart } from '../client-feature.ts'
import { isIn, isMember, withConversation } from './held-conversation.ts'
import { emptyRecord, putAll, without } from './records.ts'
import { type AccountKinds, accountKindsOf, type ConversationKinds, conversationKindsOf, rowsIn } from './row-kinds.ts'

/**
 * What a change did. `applied`: it is in. The state stays the same with the others: `known`, it was in already; `gap`,
 * changes before it are missing; `unknown`, nothing is held of that conversation (or not as a member), or nothing of
 * the account.
 */
export type Outcome = 'applied' | 'known' | 'gap' | 'unknown'

interface Applied {
  state: ChatState
  outcome: Outcome
}

const core = {
  status: 'idle',
  problem: null,
  me: null,
  conversations: emptyRecord,
  epoch: null,
  rev: null,
  keepsUnsent: true,
  departed: emptyRecord,
} as const

/**
 * Takes into the state what the server says. It knows positions, membership and reset; what rows mean is said by the
 * features, whose list it walks. It holds no state, writes none and emits no signals: each method returns the next
 * state, and the caller stores it. A method never changes the state that it gets.
 */
export class Cache {
  readonly emptyState: ChatState
  readonly #stateParts: readonly StatePart<object>[]
  readonly #conversationParts: readonly ConversationPart<object>[]
  readonly #conversationKinds: ConversationKinds
  readonly #accountKinds: AccountKinds

  constructor(list: Readonly<Record<string, ClientFeature>>) {
    const features = Object.values(list)
    this.#stateParts = features.flatMap(({ state }) => state ?? [])
    this.#conversationParts = features.flatMap(({ conversation }) => conversation ?? [])
    this.#conversationKinds = conversationKindsOf(features)
    this.#accountKinds = accountKindsOf(features)
    this.emptyState = Object.assign({}, core, ...this.#stateParts.map(({ initial }) => initial))
  }

  /**
   * Applies a change of one conversation from the position `since`: the rev before it for a live event, the position
   * asked with for the answer of a sync. The state stays the same with `unknown` (not held, or the user is no active
   * member), `known` (its rev is not above the held one) and `gap` (`since` is above that). A change by which the user
   * left a held conversation removes it (see `depart`), at any rev; its outcome is `applied`. If the user joined again
   * since, it is a change like any other.
   */
  applyChange(state: ChatState, change: ConversationChange, since = change.rev - 1): Applied {
    const { conversationId } = change
    const held = state.conversations[conversationId]
    if (!held || !state.me) return { state, outcome: 'unknown' }
    const brought = rowsIn(change, this.#conversationKinds)
    for (const [kind, rows] of brought) {
      const leftAt = kind.leftAt?.(rows, state.me.id)
      const left = leftAt === undefined ? state : this.depart(state, conversationId, leftAt)
      if (left !== state) return { state: left, outcome: 'applied' }
    }
    if (!isMember(state, conversationId)) return { state, outcome: 'unknown' }
    if (change.rev <= held.rev) return { state, outcome: 'known' }
    if (since > held.rev) return { state, outcome: 'gap' }
    return { state: this.#applyRows(state, conversationId, brought, change.rev), outcome: 'applied' }
  }

  /**
   * Applies a change of the account from the rev `since`; outcomes as of `applyChange`, but `unknown` before any sync.
   */
  applyAccountChange(state: ChatState, change: AccountChange, since = change.rev - 1): Applied {
    if (state.rev === null) return { state, outcome: 'unknown' }
    if (change.rev <= state.rev) return { state, outcome: 'known' }
    if (since > state.rev) return { state, outcome: 'gap' }
    let next: ChatState = { ...state, rev: change.rev }
    for (const [kind, rows] of rowsIn(change, this.#accountKinds)) next = kind.apply(next, rows, this)
    return { state: next, outcome: 'applied' }
  }

  /**
   * Takes a conversation in from its summary. Ignores one without an active or invited membership of this user, one
   * that is not newer than the user's leaving, and all while the user is unknown. Replaces an older held state, except
   * what only this device has. But a summary knows nothing of the changes before it, so where rows are loaded or the
   * held position is as new, it adds newer rows and leaves the position as it is.
   */
  applySummary(state: ChatState, summary: ConversationSummary): ChatState {
    const { id } = summary.conversation
    const { me } = state
    const mine = summary.memberships.find((row) => row.userId === me?.id)
    if (!me || !mine || !isIn(mine) || mine.rev <= (state.departed[id] ?? -1)) return state
    const held = state.conversations[id]
    const next = { ...state, departed: without(state.departed, id) }
    if (!held || this.#isReplaceable(held, summary)) return this.#enter(next, summary, me.id, held)
    const merged = withConversation(next, id, (old) =>
      this.#conversationParts.reduce((before, part) => part.merge?.(before, summary, me.id) ?? before, old),
    )
    return this.applySideRows(merged, id, sideRowsOf(summary))
  }

  /**
   * Replaces a held conversation by its summary, because too much changed since the held position: what was loaded of
   * it is dropped, what only this device has stays, such as pending messages. One that is not held is taken in as by
   * `applySummary`.
   */
  resetConversation(state: ChatState, summary: ConversationSummary): ChatState {
    const { id } = summary.conversation
    const held = state.conversations[id]
    if (!state.me || !held) return this.applySummary(state, summary)
    return this.#enter(state, summary, state.me.id, held)
  }

  /**
   * Takes in rows that move no position, such as those beside the messages of a page. Newer rows that are held stay. If
   * the conversation is not held, only rows that belong outside of it take effect, such as users.
   */
  applySideRows(state: ChatState, conversationId: string, rows: Partial<ConversationChange>): ChatState {
    return this.#applyRows(state, conversationId, rowsIn(rows, this.#conversationKinds))
  }

  /**
   * Starts everything anew, because what is held belongs to another history or another person: drops all conversations,
   * and applies the rows of `account`. Status, problem and `keepsUnsent` stay, and so do fields that survive a reset if
   * the person is the same. Skips rows of the account that only change existing data.
   */
  resetAccount(state: ChatState, account: AccountChange, epoch: string): ChatState {
    const me = account.user ?? state.me
    const isSamePerson = me?.id === state.me?.id
    const anew = this.#stateParts.filter((part) => !part.survivesReset || !isSamePerson).map(({ initial }) => initial)
    const { conversations, departed } = core
    let next: ChatState = Object.assign({}, state, ...anew, { me, conversations, departed, epoch, rev: account.rev })
    for (const [kind, rows] of rowsIn({ ...account, ...(me ? { user: me } : {}) }, this.#accountKinds)) {
      if (!kind.onlyUpdates) next = kind.apply(next, rows, this)
    }
    return next
  }

  /**
   * Removes a conversation that was left at `rev`, also from the other fields of the state, and notes the rev, so that
   * older summaries do not bring it back. The same state if the own membership is newer than this leaving.
   */
  depart(state: ChatState, conversationId: string, rev: number): ChatState {
    const mine = state.me && state.conversations[conversationId]?.memberships[state.me.id]
    if (mine && mine.rev > rev) return state
    const departed = putAll(state.departed, [[conversationId, Math.max(rev, state.departed[conversationId] ?? 0)]])
    const left = { ...state, conversations: without(state.conversations, conversationId), departed }
    return this.#stateParts.reduce((before, part) => part.forget?.(before, conversationId) ?? before, left)
  }

  /** `rev` is the position that these rows lead to; left out if they leave it as it is. */
  #applyRows(state: ChatState, conversationId: string, brought: Brought, rev?: number): ChatState {
    const next = withConversation(state, conversationId, (old, me) => {
      const conversation = brought.reduce((before, [kind, rows]) => kind.apply?.(before, rows, me) ?? before, old)
      return rev === undefined ? conversation : { ...conversation, rev }
    })
    return brought.reduce((before, [kind, rows]) => kind.applyOutside?.(before, rows, conversationId) ?? before, next)
  }

  /** A conversation as its summary describes it; `held` is the one that it replaces. */
  #begin(summary: ConversationSummary, me: string, held: ConversationState | undefined): ConversationState {
    const fields = this.#conversationParts.map((part) => part.begin(summary, me, held))
    const fresh: ConversationState = Object.assign({ rev: summary.rev }, ...fields)
    if (!held) return fresh
    return this.#conversationParts.reduce((before, part) => part.carryOver?.(before, held, me) ?? before, fresh)
  }

  #isReplaceable(held: ConversationState, summary: ConversationSummary): boolean {
    return summary.rev > held.rev && !this.#conversationParts.some((part) => part.isLoaded?.(held))
  }

  #enter(state: ChatState, summary: ConversationSummary, me: string, held: ConversationState | undefined): ChatState {
    const { id } = summary.conversation
    const conversations = putAll(state.conversations, [[id, this.#begin(summary, me, held)]])
    return this.applySideRows({ ...state, conversations }, id, sideRowsOf(summary))
  }
}

type Brought = readonly (readonly [ConversationRowKind<unknown>, unknown])[]

const sideRowsOf = ({
  conversation: _conversation,
  rev: _rev,
  lastSeq: _lastSeq,
  memberships: _memberships,
  lastMessage: _lastMessage,
  unread: _unread,
  ...beside
}: ConversationSummary): SideRows => beside
