import type { ChatStatus } from '@parley/client'
import { useChatState } from './use-chat.ts'
import { useDelayed } from './use-delayed.ts'

/** Milliseconds without a connection before anybody is bothered with it. */
const patience = 3_000

export interface ConnectionView {
  status: ChatStatus
  /** Has it been away long enough to say so? */
  isInterrupted: boolean
}

/** How the connection is, with the patience that a person has. */
export function useConnection(): ConnectionView {
  const status = useChatState((state) => state.status)
  const isAway = status === 'offline' || status === 'connecting'
  const isInterrupted = useDelayed(isAway, patience)
  return { status, isInterrupted: isInterrupted || status === 'closed' }
}
