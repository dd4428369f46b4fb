import { useChatState } from '../hooks/use-chat.ts'

/**
 * The local address of a picture, video or sound that this page uploads, as long as the SDK keeps it; else null. Do not
 * revoke it.
 */
export const usePreviewUrl = (id: string): string | null =>
  useChatState((state) => state.uploads[id]?.previewUrl ?? null)
