import { type ComponentType, useEffect, useState } from 'react'
import { useAction } from '../../hooks/use-action.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Problem, Skeleton } from '../../ui/notice.tsx'
import { type EmojiBoardProps, loadEmojiBoard, loadedEmojiBoard } from './load-emoji-board.tsx'

/**
 * All emoji, by category and by search; each choice calls `onPick`, and the picker stays open. Loads the list when it
 * is mounted, from your own bundle, not from a third party; shows a placeholder meanwhile and, after a failure, an
 * error with a button that tries again.
 *
 * @example <EmojiPicker onPick={(emoji) => insert(emoji)} />
 */
export function EmojiPicker({ onPick }: EmojiBoardProps) {
  const [Board, setBoard] = useState<ComponentType<EmojiBoardProps> | null>(loadedEmojiBoard)
  const loading = useAction(async () => {
    const loaded = await loadEmojiBoard()
    setBoard(() => loaded)
  })
  const { reactions: texts, page } = useTexts()
  const load = loading.run
  useEffect(() => {
    if (!Board) void load()
  }, [Board, load])
  return (
    <div className="parley-picker">
      {Board && <Board onPick={onPick} />}
      {loading.isRunning && <Skeleton label={texts.loadingEmoji} rows={6} />}
      {loading.error !== null && (
        <>
          <Problem error={texts.emojiNotLoaded} />
          <Button onClick={() => load()}>{page.tryAgain}</Button>
        </>
      )}
    </div>
  )
}
