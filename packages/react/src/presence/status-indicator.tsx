import { useTexts } from '../texts/use-texts.ts'
import { ComponentRoot } from '../ui/component-root.tsx'
import { PresenceMark } from './presence-dot.tsx'
import { usePresence, useWatchPresence } from './use-presence.ts'

interface StatusIndicatorProps {
  userId: string
  /** Shows the word, such as "Online", beside the mark. Default: false, the word is only for screen readers. */
  withText?: boolean
}

/**
 * The presence of a user, for a line of text: a mark and, with `withText`, the word, such as "Online". Watches the user
 * while it is mounted; shows nothing while the presence is unknown, as that of people without a common conversation
 * always is, but the last known one while the own connection is interrupted.
 *
 * @example <p>{seller.displayName} <StatusIndicator userId={seller.id} withText /></p>
 */
export function StatusIndicator({ userId, withText = false }: StatusIndicatorProps) {
  useWatchPresence([userId])
  const presence = usePresence(userId)
  const texts = useTexts().presence
  if (!presence) return null
  const word = texts[presence.status]
  return (
    <ComponentRoot shape="inline">
      <span className="parley-status" title={withText ? undefined : word}>
        <PresenceMark status={presence.status} />
        <span className={withText ? undefined : 'parley-visually-hidden'}>{word}</span>
      </span>
    </ComponentRoot>
  )
}
