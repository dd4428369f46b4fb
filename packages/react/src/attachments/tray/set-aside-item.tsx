import { useErrorText, useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { retry } from '../attachment-icons.ts'
import { FileName } from '../content/file-name-view.tsx'
import type { SetAside } from './set-aside.ts'

interface SetAsideItemProps {
  entry: SetAside
  onRetry: () => void
  onRemove: () => void
}

/**
 * A file that is not sent with the message: says why, with a button to remove it and, if it can be retried, one for
 * that. They only call their handlers.
 */
export function SetAsideItem({ entry, onRetry, onRemove }: SetAsideItemProps) {
  const texts = useTexts().attachments
  const errorText = useErrorText()
  return (
    <li className="parley-tray__item parley-tray__item--aside">
      <span className="parley-file-symbol parley-file-symbol--danger">
        <Icon name="warning" />
      </span>
      <div className="parley-tray__facts">
        <FileName name={entry.name} />
        <span className="parley-tray__problem">{errorText(entry.problem)}</span>
      </div>
      {entry.canRetry && <IconButton label={texts.retry(entry.name)} icon={retry} onClick={onRetry} />}
      <IconButton label={texts.remove(entry.name)} icon="close" onClick={onRemove} />
    </li>
  )
}
