import { formatAgo } from '../texts/time-format.ts'
import { presenceNames, usePresence } from './use-presence.ts'

interface PresenceTextProps {
  userId: string
}

/** "Online", "Last seen 5 minutes ago": nothing as long as it is unknown. */
export function PresenceText({ userId }: PresenceTextProps) {
  const presence = usePresence(userId)
  if (!presence) return null
  if (presence.status !== 'offline' || presence.lastSeenAt === null) return <>{presenceNames[presence.status]}</>
  return <>Last seen {formatAgo(presence.lastSeenAt, Date.now())}</>
}
