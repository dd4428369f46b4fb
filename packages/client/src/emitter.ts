import type { Logger, Unsubscribe } from './chat.ts'

/** Tells listeners what happened; one that throws does not keep the others from hearing it. */
export interface Emitter<Events> {
  on<N extends keyof Events>(name: N, listener: (payload: Events[N]) => void): Unsubscribe
  emit<N extends keyof Events>(name: N, payload: Events[N]): void
}

export function createEmitter<Events>(logger: Logger | undefined): Emitter<Events> {
  const listeners: { [N in keyof Events]?: ((payload: Events[N]) => void)[] } = {}
  return {
    on(name, listener) {
      // Its own function, so that a listener registered twice ends one registration at a time.
      const entry: typeof listener = (payload) => listener(payload)
      listeners[name] = [...(listeners[name] ?? []), entry]
      return () => {
        listeners[name] = listeners[name]?.filter((other) => other !== entry)
      }
    },
    emit(name, payload) {
      for (const listener of listeners[name] ?? []) {
        try {
          listener(payload)
        } catch (error) {
          logger?.warn(`a listener of ${String(name)} failed`, error)
        }
      }
    },
  }
}
