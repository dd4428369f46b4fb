import { useChatState } from '../hooks/use-chat.ts'

/**
 * The local address of a picture, video or sound that this page uploads, while the SDK keeps the upload; else null.
 */
export const usePreviewUrl = (id: string): string | null =>
  useChatState((state) => state.uploads[id]?.previewUrl ?? null)
