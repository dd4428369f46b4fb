import type { MessageDialogProps } from '../messages/message-extension.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Layer } from '../ui/layer.tsx'
import { QuickReactions } from './quick-reactions.tsx'

/**
 * `QuickReactions` in a `Layer`, open while it is mounted: beside the button or row that opened it, or as a sheet at
 * the bottom edge.
 */
export function QuickLayer(props: MessageDialogProps) {
  const texts = useTexts().reactions
  return (
    <Layer label={texts.react} anchor={props.anchor} onClose={props.onClose}>
      <QuickReactions {...props} />
    </Layer>
  )
}
