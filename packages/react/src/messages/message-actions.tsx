import { IconButton } from '../ui/button.tsx'

export interface MessageActionsProps {
  onCopy?: () => void
  onEdit?: () => void
  onDelete?: () => void
}

/** What can be done with a message: shown over its corner on hover and while it has the focus, never moving anything. */
export function MessageActions({ onCopy, onEdit, onDelete }: MessageActionsProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div className="parley-actions" role="group" aria-label="Message actions">
      {onCopy && <IconButton tabIndex={-1} label="Copy text" icon="copy" onClick={onCopy} />}
      {onEdit && <IconButton tabIndex={-1} label="Edit" icon="edit" onClick={onEdit} />}
      {onDelete && <IconButton tabIndex={-1} label="Delete" icon="trash" look="danger" onClick={onDelete} />}
    </div>
  )
}
