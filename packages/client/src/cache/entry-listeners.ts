import type { StoreApi } from 'zustand/vanilla'
import type { Logger, Unsubscribe } from '../chat.ts'
import type { ChatState } from '../chat-state.ts'
import { createEmitter, type Emitter } from '../emitter.ts'
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
  type EntryEvents = Record<string, Parameters<StateListener>>
  const emitters = new Map<RecordName, Emitter<EntryEvents>>()
  store.subscribe((state, previous) => {
    for (const [name, entries] of emitters) {
      if (state[name] === previous[name]) continue
      for (const key of changedKeys<unknown>(previous[name], state[name])) entries.emit(key, [state, previous])
    }
  })
  return (name: RecordName, key: string, listener: StateListener): Unsubscribe => {
    const entries = emitters.get(name) ?? createEmitter<EntryEvents>(logger)
    emitters.set(name, entries)
    return entries.on(key, (states) => listener(...states))
  }
}
