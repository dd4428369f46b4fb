import { useSyncExternalStore } from 'react'
import { subscribeToAddress } from './routes.ts'

/** The address from its `#` on, which the browser sends to no server. */
export const useHash = (): string => useSyncExternalStore(subscribeToAddress, () => location.hash)

/** Takes it from the address, without an entry of the history. */
export function dropHash(): void {
  location.replace('#')
}
