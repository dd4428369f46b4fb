import type { ChatStatus } from '@parley/client'
import { useChatState } from './use-chat.ts'
import { useDelayed } from './use-delayed.ts'

/** Milliseconds without a connection before the interface says so. */
const interruptionMs = 3_000

export interface ConnectionView {
  status: ChatStatus
  /**
   * True after three seconds in the status `offline` or `connecting`, and at once in the status `closed`. Otherwise
   * false, also before `connect` (`idle`).
   */
  isInterrupted: boolean
}

/**
 * The status of the connection, and `isInterrupted`, by which the interface says that it is away: true after three
 * seconds in the status `offline` or `connecting`, and at once in the status `closed`; false in the status `idle`,
 * before `connect`.
 */
export function useConnection(): ConnectionView {
  const status = useChatState((state) => state.status)
  const isAway = status === 'offline' || status === 'connecting'
  const isInterrupted = useDelayed(isAway, interruptionMs)
  return { status, isInterrupted: isInterrupted || status === 'closed' }
}
