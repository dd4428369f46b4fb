import { useConnection } from '../hooks/use-connection.ts'
import { useTexts } from '../texts/use-texts.ts'
import { usePresence, useWatchPresence } from './use-presence.ts'

interface PresenceTextProps {
  userId: string
}

/**
 * The presence of a user as text without an element: "Online", "Last seen 5 minutes ago", "Offline" if that time is not
 * known; nothing while the presence is unknown or the own connection is interrupted. Watches the user while it is
 * mounted. "Ago" is counted at each render: the passing time alone does not renew it.
 */
export function PresenceText({ userId }: PresenceTextProps) {
  useWatchPresence([userId])
  const presence = usePresence(userId)
  const { presence: texts, times } = useTexts()
  const { isInterrupted } = useConnection()
  if (!presence || isInterrupted) return null
  if (presence.status !== 'offline' || presence.lastSeenAt === null) return <>{texts[presence.status]}</>
  return <>{texts.lastSeen(times.ago(presence.lastSeenAt, Date.now()))}</>
}
