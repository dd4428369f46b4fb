import { useTexts } from '../../texts/use-texts.ts'
import { Icon } from '../../ui/icon.tsx'

/** The placeholder of an attachment that does not exist any more. */
export function UnavailableCard() {
  return (
    <p className="parley-file parley-file--unavailable">
      <Icon name="warning" />
      <em>{useTexts().attachments.unavailable}</em>
    </p>
  )
}
