import { useEffect, useRef } from 'react'
import { useConversationTitle } from '../../conversations/use-conversations.ts'
import { useFileDrop } from '../../headless/files/use-file-drop.ts'
import { useFilePaste } from '../../headless/files/use-file-paste.ts'
import { useOwnArea } from '../../hooks/component-root.ts'
import { useChatSurface } from '../../hooks/use-chat.ts'
import type { ComposerTrayProps } from '../../messages/composer/composer-extension.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { DropLayer } from './drop-layer.tsx'
import { registerTray } from './incoming-files.ts'
import { SetAsideItem } from './set-aside-item.tsx'
import { TrayItem } from './tray-item.tsx'
import { UploadAnnouncer } from './upload-announcer.tsx'
import { useTray } from './use-tray.ts'

/**
 * The files that are sent with the next message, above the field, and those set aside, each with a button that removes
 * it; no list if there are none, or during an edit. Adds files of `addToTray` at any time and, except during an edit,
 * those that are pasted (into the composer or outside of any field) or dropped, on the outermost Parley element, or
 * anywhere if the page belongs to Parley. Calls `focusField` after it has added or removed files. Shows a `DropLayer`
 * while files are dragged there.
 */
export function AttachmentTray({ conversationId, isEditing, focusField }: ComposerTrayProps) {
  const { draftParts } = useChatSurface()
  const tray = useTray(conversationId)
  const texts = useTexts().attachments
  const title = useConversationTitle(conversationId) ?? ''
  const add = (files: readonly File[]) => {
    tray.add(files)
    focusField()
  }
  const latest = useRef(add)
  latest.current = add
  const area = useOwnArea()
  const isOver = useFileDrop({ isOpen: !isEditing, onFiles: add, area })
  useFilePaste({ within: '.parley-composer', onFiles: (files) => !isEditing && add(files), area })
  useEffect(
    () => registerTray(draftParts, conversationId, (files) => latest.current(files)),
    [draftParts, conversationId],
  )
  const remove = (id: string) => {
    tray.remove(id)
    focusField()
  }
  const isShown = !isEditing && tray.items.length + tray.setAside.length > 0
  return (
    <>
      {isShown && (
        <ul className="parley-tray parley-scroller" aria-label={texts.tray}>
          {tray.items.map((item) => (
            <TrayItem key={item.id} item={item} onRemove={() => remove(item.id)} />
          ))}
          {tray.setAside.map((entry) => (
            <SetAsideItem
              key={entry.id}
              entry={entry}
              onRetry={() => tray.retry(entry.id)}
              onRemove={() => remove(entry.id)}
            />
          ))}
        </ul>
      )}
      <UploadAnnouncer items={tray.items} setAside={tray.setAside} />
      {isOver && <DropLayer title={title} isOpen={!isEditing} />}
    </>
  )
}
