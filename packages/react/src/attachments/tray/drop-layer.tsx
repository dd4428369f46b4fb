import { useTexts } from '../../texts/use-texts.ts'
import { Icon } from '../../ui/icon.tsx'
import { clip } from '../attachment-icons.ts'

interface DropLayerProps {
  /** The title of the conversation that gets the files. */
  title: string
  /** False if files are not accepted now, during an edit. */
  isOpen: boolean
}

/**
 * A layer over everything that says which conversation gets the dragged files, or that none are accepted now. Render it
 * only while files are dragged over the window. It ignores the pointer.
 */
export function DropLayer({ title, isOpen }: DropLayerProps) {
  const texts = useTexts().attachments
  return (
    <div className="parley-drop-layer" data-open={isOpen}>
      <div className="parley-drop-layer__card">
        <Icon name={isOpen ? clip : 'warning'} />
        <p className="parley-drop-layer__title">{isOpen ? texts.drop(title) : texts.dropClosed}</p>
        {isOpen && <p>{texts.dropHint}</p>}
      </div>
    </div>
  )
}
