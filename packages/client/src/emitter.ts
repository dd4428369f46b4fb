import type { Logger, Unsubscribe } from './chat.ts'

/** Calls the listeners of an event. A listener that throws does not prevent the calls of the others. */
export interface Emitter<Events> {
  on<N extends keyof Events>(name: N, listener: (payload: Events[N]) => void): Unsubscribe
  emit<N extends keyof Events>(name: N, payload: Events[N]): void
}

/**
 * Makes an emitter without listeners; `on` adds one and returns the function that removes it. `emit` calls those of a
 * name at once, in the order of registration; one that was registered twice is called twice. One that is added during an
 * `emit` counts from the next one, one that is removed is not called any more. The error of a listener does not stop the
 * others: it goes to the logger as a warning, and is dropped without a logger.
 */
export function createEmitter<Events>(logger: Logger | undefined): Emitter<Events> {
  type Entry = (payload: never) => void
  const listeners = new Map<keyof Events, Set<Entry>>()
  return {
    on(name, listener) {
      // Its own function, so that a listener registered twice ends one registration at a time.
      const entry: Entry = (payload) => {
        try {
          listener(payload)
        } catch (error) {
          logger?.warn(`a listener of ${String(name)} failed`, error)
        }
      }
      const ofName = listeners.get(name) ?? new Set<Entry>()
      listeners.set(name, ofName.add(entry))
      return () => {
        ofName.delete(entry)
        if (ofName.size === 0 && listeners.get(name) === ofName) listeners.delete(name)
      }
    },
    emit(name, payload) {
      const ofName = listeners.get(name)
      for (const listener of [...(ofName ?? [])]) if (ofName?.has(listener)) listener(payload as never)
    },
  }
}
