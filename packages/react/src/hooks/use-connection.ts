import type { ChatStatus } from '@parley/client'
import { useChatState } from './use-chat.ts'
import { useDelayed } from './use-delayed.ts'

/** Milliseconds without a connection before the interface says so. */
const interruptionMs = 3_000

export interface ConnectionView {
  status: ChatStatus
  /** True after three seconds without a connection, and if the chat is closed. */
  isInterrupted: boolean
}

/** The status of the connection, and whether it is worth a message to the person. */
export function useConnection(): ConnectionView {
  const status = useChatState((state) => state.status)
  const isAway = status === 'offline' || status === 'connecting'
  const isInterrupted = useDelayed(isAway, interruptionMs)
  return { status, isInterrupted: isInterrupted || status === 'closed' }
}
