import type { Logger, Unsubscribe } from './chat.ts'

/** Calls the listeners of an event. A listener that throws does not prevent the calls of the others. */
export interface Emitter<Events> {
  on<N extends keyof Events>(name: N, listener: (payload: Events[N]) => void): Unsubscribe
  emit<N extends keyof Events>(name: N, payload: Events[N]): void
}

/**
 * Makes an emitter without listeners; `on` adds one and returns the function that removes it. `emit` calls those of a
 * name at once, in the order of registration; one that was registered twice is called twice. Those that are added or
 * removed during an `emit` count from the next one. The error of a listener does not stop the others: it goes to the
 * logger as a warning, and is dropped without a logger.
 */
export function createEmitter<Events>(logger: Logger | undefined): Emitter<Events> {
  const listeners: { [N in keyof Events]?: ((payload: Events[N]) => void)[] } = {}
  return {
    on(name, listener) {
      // Its own function, so that a listener registered twice ends one registration at a time.
      const entry = withoutThrowing(listener, logger, String(name))
      listeners[name] = [...(listeners[name] ?? []), entry]
      return () => {
        listeners[name] = listeners[name]?.filter((other) => other !== entry)
      }
    },
    emit(name, payload) {
      for (const listener of listeners[name] ?? []) listener(payload)
    },
  }
}

/**
 * Returns a function that calls `listener` and never throws: an error of the listener goes to the logger as a warning,
 * and is dropped without a logger. `of` names the event in that warning. It does not catch the rejection of an async
 * listener.
 */
export const withoutThrowing =
  <A extends unknown[]>(listener: (...args: A) => void, logger: Logger | undefined, of = 'the state') =>
  (...args: A): void => {
    try {
      listener(...args)
    } catch (error) {
      logger?.warn(`a listener of ${of} failed`, error)
    }
  }
