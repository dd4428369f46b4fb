import { useTexts } from '../texts/use-texts.ts'
import { ComponentRoot } from '../ui/component-root.tsx'
import { PresenceMark } from './presence-dot.tsx'
import { usePresence, useWatchPresence } from './use-presence.ts'

interface StatusIndicatorProps {
  userId: string
  /** The word beside the mark, such as "Online"; without it only assistive technology reads it. */
  withText?: boolean
}

/**
 * Whether somebody is there, for a line of text: it is kept up to date as long as the component is there, and nothing as long
 * as that is unknown.
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
