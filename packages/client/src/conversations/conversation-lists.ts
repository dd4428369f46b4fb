/**
 * Lists of conversations, and sums over them, for accounts with thousands: each follows the state from change to change
 * and looks only at the conversations that changed.
 */
import { changedKeys } from '../cache/records.ts'
import type { ChatState, ConversationState } from '../chat-state.ts'

/** When something last happened in it, for sorting a list: display only, nothing depends on it. */
const lastActive = ({ lastMessage, conversation }: ConversationState): number =>
  lastMessage?.createdAt ?? conversation.createdAt

/**
 * The ids of each group, the latest active first. An array keeps its identity until a conversation of it comes, goes or
 * has another time of activity, and so does the whole, unless a `basis` changed.
 */
export type ConversationGroups<G extends string> = Readonly<Record<G, readonly string[]>>

/** How conversations are sorted into groups. */
export interface ConversationGrouping<G extends string> {
  /** All groups, also those that are empty at first. */
  groups: readonly G[]
  /**
   * The group of a conversation, one of `groups`; null leaves it out. It goes by the conversation, by its hiding and by
   * `basis` alone.
   */
  groupOf(held: ConversationState, state: ChatState): G | null
  /** What the groups depend on beside that: when one of these values changes, all conversations are grouped anew. */
  basis?(state: ChatState): readonly unknown[]
}

interface Placing<G> {
  group: G
  at: number
}

/**
 * Makes a function that sorts the ids of a state's conversations into groups, the latest active first, without those
 * for which `groupOf` returns null. It remembers the state of its last call and moves only the conversations that
 * changed since, so use one for each store. `groupOf` must go by the conversation, its hiding and `basis` alone; where
 * it goes by more, `moved` must name the conversations that it may put into another group now. It throws a TypeError if
 * `groupOf` returns a group that is not in `groups`.
 *
 * @example
 * const byKind = groupConversations({ groups: ['direct', 'room'], groupOf: ({ conversation }) => conversation.kind })
 * chat.store.subscribe((state) => show(byKind(state).direct))
 */
export function groupConversations<G extends string>(
  grouping: ConversationGrouping<G>,
): (state: ChatState, moved?: readonly string[]) => ConversationGroups<G> {
  const lists = new GroupedLists(grouping)
  return (state, moved = []) => lists.follow(state, moved)
}

class GroupedLists<G extends string> {
  readonly #grouping: ConversationGrouping<G>
  readonly #placings = new Map<string, Placing<G>>()
  /** The arrays that this turn has copied already. */
  readonly #copied = new Set<G>()
  #seen: ChatState | undefined
  #basis: readonly unknown[] = []
  #lists: Record<G, string[]>

  constructor(grouping: ConversationGrouping<G>) {
    this.#grouping = grouping
    this.#lists = this.#empty()
  }

  follow(state: ChatState, moved: readonly string[]): ConversationGroups<G> {
    const before = this.#seen
    const basis = this.#grouping.basis?.(state) ?? []
    this.#seen = state
    if (!before || basis.some((value, at) => value !== this.#basis[at])) {
      this.#basis = basis
      this.#begin(state)
    } else {
      this.#copied.clear()
      for (const id of changedKeys(before.conversations, state.conversations)) this.#place(id, state)
      for (const id of [...changedKeys(before.hidings, state.hidings), ...moved]) this.#place(id, state)
    }
    return this.#lists
  }

  #empty(): Record<G, string[]> {
    return Object.fromEntries(this.#grouping.groups.map((group) => [group, []])) as unknown as Record<G, string[]>
  }

  #begin(state: ChatState): void {
    const before = this.#lists
    this.#lists = this.#empty()
    this.#placings.clear()
    for (const [id, held] of Object.entries(state.conversations)) {
      const placing = this.#placingOf(held, state)
      if (!placing) continue
      this.#placings.set(id, placing)
      this.#lists[placing.group].push(id)
    }
    for (const group of this.#grouping.groups) {
      const ids = this.#lists[group].sort((one, other) => this.#compare(one, other))
      const old = before[group]
      if (old.length === ids.length && old.every((id, at) => id === ids[at])) this.#lists[group] = old
    }
  }

  #placingOf(held: ConversationState | undefined, state: ChatState): Placing<G> | undefined {
    const group = held ? this.#grouping.groupOf(held, state) : null
    return held && group !== null ? { group, at: lastActive(held) } : undefined
  }

  #place(id: string, state: ChatState): void {
    const [old, next] = [this.#placings.get(id), this.#placingOf(state.conversations[id], state)]
    if (old?.group === next?.group && old?.at === next?.at) return
    if (old) {
      const ids = this.#copy(old.group)
      ids.splice(this.#indexIn(ids, id), 1)
      this.#placings.delete(id)
    }
    if (next) {
      this.#placings.set(id, next)
      const ids = this.#copy(next.group)
      ids.splice(this.#indexIn(ids, id), 0, id)
    }
  }

  #copy(group: G): string[] {
    if (this.#copied.has(group)) return this.#lists[group]
    this.#copied.add(group)
    const copy = this.#lists[group].slice()
    this.#lists = { ...this.#lists, [group]: copy }
    return copy
  }

  /** Where an id stands in a sorted list, or belongs. */
  #indexIn(ids: readonly string[], id: string): number {
    let [from, to] = [0, ids.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.#compare(ids[middle] ?? '', id) < 0) from = middle + 1
      else to = middle
    }
    return from
  }

  #compare(one: string, other: string): number {
    const later = (this.#placings.get(other)?.at ?? 0) - (this.#placings.get(one)?.at ?? 0)
    return later || (one < other ? -1 : Number(one > other))
  }
}

/**
 * Makes a function that adds up a number over all conversations of a state. It remembers the state of its last call,
 * and evaluates only the conversations that changed since, with their old and their new state. `numberOf` may depend on
 * the conversation and its hiding, and on nothing else: the sum is wrong if it returns another number for the same
 * input.
 *
 * @example
 * const unread = sumOfConversations(({ unread }) => unread)
 * chat.store.subscribe((state) => showBadge(unread(state)))
 */
export function sumOfConversations(
  numberOf: (held: ConversationState, state: ChatState) => number,
): (state: ChatState) => number {
  let seen: ChatState | undefined
  let sum = 0
  const value = (id: string, state: ChatState | undefined) => {
    const held = state?.conversations[id]
    return state && held ? numberOf(held, state) : 0
  }
  return (state) => {
    const changed = seen
      ? [...changedKeys(seen.conversations, state.conversations), ...changedKeys(seen.hidings, state.hidings)]
      : Object.keys(state.conversations)
    for (const id of new Set(changed)) sum += value(id, state) - value(id, seen)
    seen = state
    return sum
  }
}
