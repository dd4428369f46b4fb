/** The hook of reactions, for hosts that build their own messages, and the emoji picker, for any use. */
export { EmojiPicker } from './picker/emoji-picker.tsx'
export { useReactions } from './use-reactions.ts'
