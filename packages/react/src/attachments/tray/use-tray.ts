import { ChatError } from '@parley/client'
import { attachmentLimits } from '@parley/protocol/features/attachment-rules'
import { useCallback, useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { useChat, useChatSurface } from '../../hooks/use-chat.ts'
import { changeDraftParts, draftPartsOf } from '../../messages/composer/draft-parts.ts'
import { useDraftParts } from '../../messages/composer/use-draft-parts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { formatFileSize } from '../file-size.ts'
import { measurePicture } from '../measured-size.ts'
import { type ShownAttachment, shownAttachment } from '../shown-attachment.ts'
import { useUploads } from '../use-uploads.ts'

import { type SetAside, setAsideStore } from './set-aside.ts'
import { askUploadLimits, type FileRefusal, fileRefusal } from './upload-limits.ts'
import { videoFacts } from './video-facts.ts'

/** The files of an unsent message, and those that are not sent with it. */
export interface Tray {
  /** Uploaded, or being uploaded. */
  items: readonly ShownAttachment[]
  setAside: readonly SetAside[]
  /** Begins the upload of each file, or sets it aside if it cannot be sent. */
  add: (files: readonly File[]) => void
  /** Removes a file and cancels its upload. */
  remove: (id: string) => void
  /** Uploads a file again that was set aside. */
  retry: (id: string) => void
}

const noIds: readonly string[] = []
const noneAside: readonly SetAside[] = []

/**
 * The tray of a conversation's composer: the files of its draft (`items`), and those set aside. While it is mounted, it
 * moves failed uploads from `items` to `setAside`. `add` sets aside what is empty, beyond 20 files, or, once the server
 * has told its limits, too large or of a refused type, and begins to upload the others at once. `remove` removes a file
 * from either and cancels its upload. `retry`, only for those with `canRetry`, uploads again; beyond 20 files it leaves
 * the file aside and says so. It asks the server for the limits once for each chat; after a failure, at its next mount.
 */
export function useTray(conversationId: string): Tray {
  const { chat, draftParts } = useChatSurface()
  const { parts } = useDraftParts(conversationId)
  const uploads = useUploads(parts.attachments ?? noIds)
  const aside = setAsideStore(draftParts)
  const setAside = useStore(aside, (all) => all[conversationId] ?? noneAside)
  const change = useTrayChanges(conversationId)
  const texts = useTexts().attachments
  useEffect(() => askUploadLimits(chat), [chat])
  useEffect(() => {
    for (const upload of uploads) if (upload?.status === 'failed') change.fail(upload.id, upload.name, upload.error)
  }, [uploads, change])
  const items = useMemo(() => uploads.flatMap((upload) => shownAttachment(undefined, upload) ?? []), [uploads])
  const add = useAddFiles(conversationId, change)
  const retry = (id: string) => {
    const entry = setAside.find((one) => one.id === id)
    if (entry && change.isFull()) change.refuse({ ...entry, problem: texts.full(attachmentLimits.perMessage) })
    else change.retry(id)
  }
  return { items, setAside, add, remove: change.remove, retry }
}

/** The file itself is refused, or cannot be read any more: the same upload fails again, also after others are deleted. */
const hopeless = new Set(['file_too_large', 'file_type_refused', 'invalid_input'])

const mayHelp = (problem: unknown) => !(problem instanceof ChatError && hopeless.has(problem.code))

type TrayChanges = ReturnType<typeof useTrayChanges>

function useTrayChanges(conversationId: string) {
  const { chat, draftParts } = useChatSurface()
  return useMemo(() => {
    const aside = setAsideStore(draftParts)
    const ids = () => draftPartsOf(draftParts, conversationId).attachments ?? []
    const put = (attachments: string[]) =>
      changeDraftParts(draftParts, conversationId, { attachments: attachments.length > 0 ? attachments : undefined })
    const keepAside = (change: (now: readonly SetAside[]) => readonly SetAside[]) =>
      aside.setState((all) => ({ ...all, [conversationId]: change(all[conversationId] ?? []) }))
    const withoutAside = (id: string) => keepAside((now) => now.filter((one) => one.id !== id))
    const leaveOut = (id: string) => put(ids().filter((one) => one !== id))
    return {
      isFull: () => ids().length >= attachmentLimits.perMessage,
      append: (id: string) => put([...ids(), id]),
      refuse: (entry: SetAside) => keepAside((now) => [...now.filter(({ id }) => id !== entry.id), entry]),
      fail(id: string, name: string, problem: unknown) {
        leaveOut(id)
        this.refuse({ id, name, problem, canRetry: mayHelp(problem) })
      },
      remove(id: string) {
        leaveOut(id)
        withoutAside(id)
        void chat.attachments.cancel(id).catch(() => undefined)
      },
      retry(id: string) {
        // Restarts the upload first: a failed upload in the tray would be set aside again at once.
        chat.attachments.retry(id)
        withoutAside(id)
        put([...ids(), id])
      },
    }
  }, [chat, draftParts, conversationId])
}

let refusals = 0

function useAddFiles(conversationId: string, change: TrayChanges) {
  const chat = useChat()
  const texts = useTexts().attachments
  return useCallback(
    (files: readonly File[]) => {
      const sentence = (refusal: FileRefusal) =>
        refusal.reason === 'size'
          ? texts.tooLarge(formatFileSize(refusal.limit))
          : refusal.reason === 'type'
            ? texts.notTaken
            : texts.empty
      for (const file of files) {
        const refusal = fileRefusal(chat, file)
        const problem = refusal ? sentence(refusal) : change.isFull() ? texts.full(attachmentLimits.perMessage) : null
        if (problem !== null) {
          change.refuse({ id: `refused-${conversationId}-${++refusals}`, name: file.name, problem, canRetry: false })
          continue
        }
        const upload = chat.attachments.upload(file, file.type.startsWith('video/') ? { facts: videoFacts(file) } : {})
        // The tray shows a failure, which is in the state.
        upload.settled.catch(() => undefined)
        change.append(upload.id)
        void measurePicture(upload.id, file)
      }
    },
    [chat, change, conversationId, texts],
  )
}
