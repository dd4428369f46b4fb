import type { UploadState } from '@parley/client'
import { useChatSelection } from '../hooks/use-chat.ts'

/** How far uploads of this device have come, by their ids. */
export const useUploads = (ids: readonly string[]): readonly (UploadState | undefined)[] =>
  useChatSelection((state) => ids.map((id) => state.uploads[id]))
