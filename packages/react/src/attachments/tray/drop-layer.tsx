import { useTexts } from '../../texts/use-texts.ts'
import { Icon } from '../../ui/icon.tsx'
import { clip } from '../attachment-icons.ts'

interface DropLayerProps {
  /** Of the conversation that gets the files. */
  title: string
  isOpen: boolean
}

/** Over everything while files are held over the window: says where they would go. The files fall through it. */
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
