import type { Sessions } from '@parley/client'
import type { SignedIn } from '@parley/protocol'
import { useSyncExternalStore } from 'react'

/**
 * The present session of this device; null if nobody is signed in.
 *
 * @example const signedIn = useSignedIn(sessions)
 */
export const useSignedIn = (sessions: Sessions): SignedIn | null =>
  useSyncExternalStore(sessions.subscribe, () => sessions.current)
