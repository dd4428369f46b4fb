import type { StoreApi } from 'zustand/vanilla'
import type { Logger, Unsubscribe } from '../chat.ts'
import type { ChatState } from '../chat-state.ts'
import { withoutThrowing } from '../emitter.ts'
import { changedKeys } from './records.ts'

/** The fields of the state that hold entries by id. */
export type RecordName = {
  [F in keyof ChatState]-?: ChatState[F] extends Record<string, unknown> ? F : never
}[keyof ChatState]

/** Gets the state after a change, and the one before it. */
export type StateListener = (state: ChatState, previous: ChatState) => void

/**
 * Returns a function of a record's name, a key and a listener, which registers the listener for this one entry, such as
 * a conversation, and returns the function that removes it. The entry need not exist. At each later change in which it
 * is changed (`===`), added or removed, the listener gets the new and the old state at once; the cost does not grow
 * with the other entries, unless the record is a plain object. A listener that another one removes during a change is
 * not called any more. Errors of listeners go to `logger`. This subscribes to the store for good: call it once for each
 * store.
 */
export function createEntryListeners(store: StoreApi<ChatState>, logger: Logger | undefined) {
  const listeners = new Map<RecordName, Map<string, Set<StateListener>>>()
  store.subscribe((state, previous) => {
    for (const [name, byKey] of listeners) {
      if (byKey.size === 0 || state[name] === previous[name]) continue
      for (const key of changedKeys<unknown>(previous[name], state[name])) {
        const ofKey = byKey.get(key) ?? new Set()
        // A copy, because a listener may register others, or itself again.
        for (const entry of [...ofKey]) if (ofKey.has(entry)) entry(state, previous)
      }
    }
  })
  return (name: RecordName, key: string, listener: StateListener): Unsubscribe => {
    const byKey = listeners.get(name) ?? new Map<string, Set<StateListener>>()
    listeners.set(name, byKey)
    const ofKey = byKey.get(key) ?? new Set()
    byKey.set(key, ofKey)
    // Its own function, so that a listener registered twice ends one registration at a time.
    const entry = withoutThrowing(listener, logger)
    ofKey.add(entry)
    return () => {
      ofKey.delete(entry)
      if (ofKey.size === 0 && byKey.get(key) === ofKey) byKey.delete(key)
    }
  }
}
