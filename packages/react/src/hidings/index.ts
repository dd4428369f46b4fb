/** Hidden conversations for hosts that build their own screens: the button, and the hook. */
export { HideButton } from './hide-button.tsx'
export { useIsHidden } from './use-hidings.ts'
