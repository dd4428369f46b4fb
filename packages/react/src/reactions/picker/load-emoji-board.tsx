import type { ComponentType } from 'react'

export interface EmojiBoardProps {
  onPick: (emoji: string) => void
}

type EmojiBoard = ComponentType<EmojiBoardProps>

let loaded: EmojiBoard | null = null
let loading: Promise<EmojiBoard> | undefined

/** The board, once it is loaded: it is drawn at once then. */
export const loadedEmojiBoard = (): EmojiBoard | null => loaded

/** The board and its data, which are loaded when they are needed first; asked for again where that failed. */
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
