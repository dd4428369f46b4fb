import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import type { AttachmentProps } from '../content/file-card.tsx'
import { UploadState } from '../content/upload-state.tsx'
import { useAttachmentUrl } from '../use-attachment-url.ts'
import { usePreviewUrl } from '../use-preview-url.ts'
import { VoiceControls } from './voice-controls.tsx'

/**
 * A recording in a message: its controls, and below them the state of its upload while it is uploaded, or that it could
 * not be loaded, with a button that tries again. It asks for its address when it is mounted, or plays the local file as
 * long as this page has it.
 */
export function VoicePlayer({ attachment }: AttachmentProps) {
  const { id, peaks, durationMs, upload } = attachment
  const { attachments: texts, page } = useTexts()
  const preview = usePreviewUrl(id)
  const served = useAttachmentUrl(id, 'original', upload === null && preview === null)
  return (
    <>
      <VoiceControls
        url={preview ?? served.url}
        peaks={peaks}
        durationMs={durationMs}
        isInRow
        onError={served.onError}
      />
      {upload && <UploadState upload={upload} />}
      {served.isLost && (
        <small className="parley-lost">
          {texts.notLoaded}
          <Button look="quiet" data-row-action="retry" tabIndex={-1} onClick={served.retry}>
            {page.tryAgain}
          </Button>
        </small>
      )}
    </>
  )
}
