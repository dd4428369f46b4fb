import { useState } from 'react'
import { copyText } from '../headless/clipboard/copy-text.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { useAdministrationTexts } from './administration-texts.ts'

interface LinkDialogProps {
  /** The name of the person whose password the link sets. */
  name: string
  link: string
  onClose: () => void
}

/** Shows a password link, to copy it. */
export function LinkDialog({ name, link, onClose }: LinkDialogProps) {
  const { page } = useTexts()
  const texts = useAdministrationTexts()
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => {
    // If the browser refuses, the person can copy the link from the field, where it is selected.
    copyText(link).then(
      () => setIsCopied(true),
      () => undefined,
    )
  }
  return (
    <Dialog
      title={texts.linkFor(name)}
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{page.close}</Button>
          <Button look="primary" icon="copy" onClick={copy}>
            {isCopied ? texts.copied : texts.copy}
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
    </Dialog>
  )
}
