/** Blocks for hosts that build their own screens: the hooks, the dialog before a block, and the list. */
export { BlockDialog } from './block-dialog.tsx'
export { BlockedList } from './blocked-list.tsx'
export { useBlockedPeople, useIsBlocked, useWriteBarrier } from './use-blocks.ts'
export { WriteBarrier } from './write-barrier.tsx'
