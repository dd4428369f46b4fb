import type { UploadState as State } from '@parley/client'
import { useChat } from '../../hooks/use-chat.ts'
import { useErrorText, useTexts } from '../../texts/use-texts.ts'

interface UploadStateProps {
  upload: State
}

/**
 * The upload of a file whose message is sent when it is complete: its progress, or its error with a button that
 * continues it; while the server inspects the file, a progress without a value. The parent must not render it for a
 * finished upload.
 */
export function UploadState({ upload }: UploadStateProps) {
  const chat = useChat()
  const { attachments: texts, messages } = useTexts()
  const errorText = useErrorText()
  if (upload.status === 'failed') {
    return (
      <small className="parley-upload parley-upload--failed">
        {errorText(upload.error)}{' '}
        <button type="button" className="parley-link" onClick={() => chat.attachments.retry(upload.id)}>
          {messages.retry}
        </button>
      </small>
    )
  }
  return (
    <small className="parley-upload">
      {upload.status === 'processing' ? texts.processing : texts.onItsWay}
      <progress
        className="parley-progress"
        aria-label={texts.progress(upload.name)}
        max={Math.max(1, upload.size)}
        value={upload.status === 'processing' ? undefined : upload.sent}
      />
    </small>
  )
}
