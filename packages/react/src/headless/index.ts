/** Behaviour without looks and words: give it your own elements, class names and labels. */
export { AnchoredScroller } from './anchored-scroller.tsx'
export { ModalDialog } from './modal-dialog.tsx'
export { type ComposerFieldOptions, useComposerField } from './use-composer-field.ts'
export { type MenuTrigger, useMenu } from './use-menu.ts'
export { useRegions } from './use-regions.ts'
export { type RowKeys, useRowFocus } from './use-row-focus.ts'
export { useStrayTyping } from './use-stray-typing.ts'
