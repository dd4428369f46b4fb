import { useTexts } from '../texts/use-texts.ts'
import { usePresence } from './use-presence.ts'

interface PresenceTextProps {
  userId: string
}

/** "Online", "Last seen 5 minutes ago": nothing as long as it is unknown. */
export function PresenceText({ userId }: PresenceTextProps) {
  const presence = usePresence(userId)
  const { presence: texts, times } = useTexts()
  if (!presence) return null
  if (presence.status !== 'offline' || presence.lastSeenAt === null) return <>{texts[presence.status]}</>
  return <>{texts.lastSeen(times.ago(presence.lastSeenAt, Date.now()))}</>
}
