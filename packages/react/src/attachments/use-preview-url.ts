import { useChatState } from '../hooks/use-chat.ts'

/**
 * The local address of a picture, video or sound that this page uploads or has uploaded, as long as the SDK keeps it;
 * null for other files and unknown ids. Do not revoke it.
 */
export const usePreviewUrl = (id: string): string | null =>
  useChatState((state) => state.uploads[id]?.previewUrl ?? null)
