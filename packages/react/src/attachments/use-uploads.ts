import type { UploadState } from '@parley/client'
import { useChatSelection } from '../hooks/use-chat.ts'

/**
 * The state of uploads from this page, in the order of the ids; undefined for one that is not known or not known any
 * more.
 */
export const useUploads = (ids: readonly string[]): readonly (UploadState | undefined)[] =>
  useChatSelection((state) => ids.map((id) => state.uploads[id]))
