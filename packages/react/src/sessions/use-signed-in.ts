import type { Sessions } from '@parley/client'
import type { SignedIn } from '@parley/protocol'
import { useSyncExternalStore } from 'react'

/**
 * Who is signed in on this device; null if nobody is.
 *
 * @example const signedIn = useSignedIn(sessions)
 */
export const useSignedIn = (sessions: Sessions): SignedIn | null =>
  useSyncExternalStore(sessions.subscribe, () => sessions.current)
