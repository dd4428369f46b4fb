import { useChatState } from '../hooks/use-chat.ts'

/** The address of a file that is uploaded from here, until it is not needed any more; null for any other. */
export const usePreviewUrl = (id: string): string | null =>
  useChatState((state) => state.uploads[id]?.previewUrl ?? null)
