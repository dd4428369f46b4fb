import type { ComponentType } from 'react'

export interface EmojiBoardProps {
  onPick: (emoji: string) => void
}

type EmojiBoard = ComponentType<EmojiBoardProps>

let loaded: EmojiBoard | null = null
let loading: Promise<EmojiBoard> | undefined

/**
 * The board if `loadEmojiBoard` has loaded it already, so that it can be rendered at once; else null. Does not load it.
 */
export const loadedEmojiBoard = (): EmojiBoard | null => loaded

/**
 * Loads the board and its data once, and resolves to the component for all callers. Rejects with the error of the
 * import if that fails; the next call tries again.
 */
export function loadEmojiBoard(): Promise<EmojiBoard> {
  loading ??= import('./emoji-board.tsx').then(
    ({ EmojiBoard }) => {
      loaded = EmojiBoard
      return EmojiBoard
    },
    (error) => {
      loading = undefined
      throw error
    },
  )
  return loading
}
