import type { StoreApi } from 'zustand/vanilla'
import type { Logger } from '../chat.ts'
import { createEmitter } from '../emitter.ts'

/**
 * Makes a store with the interface of a zustand store, which differs in the calls of its listeners: they get the changes
 * one after the other, in their order, also where a listener changes the state. That change then waits until all
 * listeners have got the one before it. A listener gets the changes that are made after it was added. Errors of
 * listeners go to the logger, and stop no other listener.
 */
export function createStateStore<S extends object>(initial: S, logger: Logger | undefined): StoreApi<S> {
  type Change = { at: number; states: [state: S, previous: S] }
  const emitter = createEmitter<{ 'the state': Change }>(logger)
  /** The changes that listeners are getting: the present one, and those that it caused. */
  let changes: Change[] = []
  let made = 0
  let state = initial
  const announce = () => {
    try {
      for (const change of changes) emitter.emit('the state', change)
    } finally {
      changes = []
    }
  }
  return {
    getState: () => state,
    getInitialState: () => initial,
    setState(change: S | Partial<S> | ((state: S) => S | Partial<S>), replace?: boolean) {
      const next = typeof change === 'function' ? (change as (state: S) => S | Partial<S>)(state) : change
      if (next === state) return
      const previous = state
      state = replace ? (next as S) : { ...state, ...next }
      if (changes.push({ at: ++made, states: [state, previous] }) === 1) announce()
    },
    subscribe(listener) {
      const before = made
      return emitter.on('the state', ({ at, states }) => {
        if (at > before) listener(...states)
      })
    },
  }
}
