import { useTexts } from '../../texts/use-texts.ts'
import { Icon } from '../../ui/icon.tsx'
import { download } from '../attachment-icons.ts'
import { formatFileSize } from '../file-size.ts'
import type { ShownAttachment } from '../shown-attachment.ts'
import { useDownload } from '../use-download.ts'
import { WrappedFileName } from './file-name-view.tsx'
import { FileSymbol } from './file-symbol.tsx'
import { UploadState } from './upload-state.tsx'

export interface AttachmentProps {
  attachment: ShownAttachment
}

/**
 * A file: its icon, name and size, and a button that saves it; a failure of that replaces the size. During an upload,
 * and after a failed one, `UploadState` instead of the size, and no button that saves the file.
 */
export function FileCard({ attachment }: AttachmentProps) {
  const { id, name, kind, size, upload } = attachment
  const texts = useTexts().attachments
  const loading = useDownload(id, name)
  return (
    <div className="parley-file">
      <FileSymbol kind={kind} name={name} />
      <span className="parley-file__facts">
        <WrappedFileName name={name} />
        {upload ? (
          <UploadState upload={upload} />
        ) : (
          <small>{loading.error === null ? formatFileSize(size) : texts.notLoaded}</small>
        )}
      </span>
      {!upload && (
        <button
          type="button"
          className="parley-icon-button parley-icon-button--plain"
          data-row-action="download"
          tabIndex={-1}
          aria-label={texts.download(name)}
          title={texts.download(name)}
          aria-busy={loading.isRunning || undefined}
          onClick={() => loading.run()}
        >
          <Icon name={download} />
        </button>
      )}
    </div>
  )
}
