import type { PresenceStatus } from '@parley/protocol'
import { useTexts } from '../texts/use-texts.ts'
import { usePresence } from './use-presence.ts'

interface PresenceMarkProps {
  status: PresenceStatus
}

/**
 * A mark that differs by shape as well as by colour: full for online, a crescent for away, barred for busy, hollow for
 * offline. Invisible to screen readers.
 */
export function PresenceMark({ status }: PresenceMarkProps) {
  return <span className="parley-presence" data-status={status} aria-hidden="true" />
}

interface PresenceDotProps {
  userId: string
}

/**
 * The presence of a user, for the corner of their picture, with a text for screen readers; nothing while it is unknown,
 * the last known one while the connection is lost. `useWatchPresence` keeps it up to date; this does not.
 */
export function PresenceDot({ userId }: PresenceDotProps) {
  const presence = usePresence(userId)
  const texts = useTexts().presence
  if (!presence) return null
  return (
    <span className="parley-presence-corner" title={texts[presence.status]}>
      <PresenceMark status={presence.status} />
      <span className="parley-visually-hidden">, {texts[presence.status]}</span>
    </span>
  )
}
