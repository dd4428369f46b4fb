import { useState } from 'react'
import { copyText } from '../headless/clipboard/copy-text.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem } from '../ui/notice.tsx'
import { useAdministrationTexts } from './administration-texts.ts'

interface LinkDialogProps {
  /** The name of the person whose password the link sets. */
  name: string
  link: string
  onClose: () => void
}

/**
 * A dialog that shows a password link in a field, which takes the focus and is selected, and a button that copies it.
 * The button says "Copied" afterwards; if the browser refuses, the dialog says so. Closing it calls `onClose`.
 */
export function LinkDialog({ name, link, onClose }: LinkDialogProps) {
  const { page } = useTexts()
  const texts = useAdministrationTexts()
  const [outcome, setOutcome] = useState<'copied' | 'notCopied' | null>(null)
  const copy = () =>
    copyText(link).then(
      () => setOutcome('copied'),
      () => setOutcome('notCopied'),
    )
  return (
    <Dialog
      title={texts.linkFor(name)}
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{page.close}</Button>
          <Button look="primary" icon="copy" onClick={copy}>
            <span aria-live="polite">{outcome === 'copied' ? texts.copied : texts.copy}</span>
          </Button>
        </>
      }
    >
      <TextField
        label={texts.passwordLink}
        hint={texts.linkHint}
        data-dialog-entry
        readOnly
        value={link}
        onFocus={(event) => event.target.select()}
      />
      <Problem error={outcome === 'notCopied' ? texts.notCopied : null} />
    </Dialog>
  )
}
