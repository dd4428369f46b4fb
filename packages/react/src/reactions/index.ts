/** Reactions for hosts that build their own messages: the hook, and the picker that fits everywhere an emoji is chosen. */
export { EmojiPicker } from './picker/emoji-picker.tsx'
export { useReactions } from './use-reactions.ts'
