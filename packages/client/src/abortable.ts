import type { Unsubscribe } from './chat.ts'

/**
 * Returns a promise that settles as `begin` decides, or rejects with the reason of the signal if that is or becomes
 * aborted before. `begin` returns what ends the wait; it is called before the promise settles, and again if `begin`
 * decides again, which has no other effect. `begin` must not
 * settle the promise before it returns; it is not called if the signal is aborted already.
 *
 * @example await abortable<void>(signal, (resolve) => clock.after(1_000, resolve))
 */
export const abortable = <T>(
  signal: AbortSignal | undefined,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => Unsubscribe,
): Promise<T> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const settle = (finish: () => void) => {
      signal?.removeEventListener('abort', abort)
      end()
      finish()
    }
    const fail = (error: unknown) => settle(() => reject(error))
    const abort = () => fail(signal?.reason)
    const end = begin((value) => settle(() => resolve(value)), fail)
    signal?.addEventListener('abort', abort)
  })
