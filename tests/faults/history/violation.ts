/** The kinds of violations, with the promise that each breaks. */
export const violationKinds = {
  lost: 'P1: acknowledged or shown, and gone',
  unanswered: 'P1: sent again and again, and never answered',
  duplicate: 'P2: stored twice',
  moved: 'P2: acknowledged or shown at one place, and stored at another',
  no_conflict: 'P2: another body under the same id was not refused as such',
  refused_but_stored: 'P2: refused at its only try, and stored',
  invented: 'P2: stored, but never sent',
  changed: 'P2: another text or sender than was sent',
  gap: 'P3: a place left empty',
  reordered: 'P3: acknowledged before another was sent, and stored after it',
  behind: 'P4: after one sync a device still lacks something',
  leaked: 'P5: reached a user after they were removed',
  unseen_write: 'P6: not seen by its own author, after the acknowledgement',
  went_back: 'P6: seen by a device, and not seen by it later; or a read mark that went back',
  unread: 'P7: shown unread differs from a recount',
  same_epoch: 'P8: a restored backup has the epoch of the history that it replaced',
  mixed: 'P8: a device went on from one history to another without dropping what it held',
  unequal: 'P9: two devices at the same position differ',
  undone: 'P9: an acknowledged edit, deletion or change of members is not in the final state',
} as const

export type ViolationKind = keyof typeof violationKinds

export interface Violation {
  kind: ViolationKind
  text: string
}

export type Report = (kind: ViolationKind, text: string) => void
