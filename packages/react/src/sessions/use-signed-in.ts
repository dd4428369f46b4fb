import type { Sessions } from '@parley/client'
import type { SignedIn } from '@parley/protocol'
import { useSyncExternalStore } from 'react'

/**
 * The present session of this device; null while the person is signed out. Renders again when it changes, also in
 * another tab or by new tokens. For browsers only: React throws when it renders this on a server.
 *
 * @example const signedIn = useSignedIn(sessions)
 */
export const useSignedIn = (sessions: Sessions): SignedIn | null =>
  useSyncExternalStore(sessions.subscribe, () => sessions.current)
