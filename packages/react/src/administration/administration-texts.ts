import type { AdministeredPerson, AdministrationAct } from '@parley/protocol'
import { createContext, useContext } from 'react'

/**
 * All texts of the administration. They are separate from the other texts, so that only the administration loads them.
 */
export const administrationTexts = {
  administration: 'Administration',
  back: 'Back to the chat',
  sections: 'Sections of the administration',
  people: 'People',
  rooms: 'Rooms',
  log: 'Log',
  more: 'Show more',

  findPeople: 'Find people',
  whichPeople: 'Which people',
  everybody: 'All',
  states: { active: 'Active', suspended: 'Suspended', deactivated: 'Deactivated' } satisfies Record<
    AdministeredPerson['state'],
    string
  >,
  lookingForPeople: 'Looking for people',
  nobodyFound: 'Nobody found.',
  administrator: 'Administrator',
  lastSeen: (ago: string) => `last seen ${ago}`,
  actionsFor: (name: string) => `Actions for ${name}`,

  findRooms: 'Find rooms',
  lookingForRooms: 'Looking for rooms',
  noRooms: 'No rooms found.',
  publicRoom: 'Public',
  privateRoom: 'Private',
  members: (count: string) => `${count} members`,
  messages: (count: string) => `${count} messages`,
  removeRoom: 'Remove',
  removeRoomNamed: (name: string) => `Remove ${name}`,

  suspend: 'Suspend',
  suspendTitle: (name: string) => `Suspend ${name}?`,
  suspendConsequence:
    'All their sessions end at once, and they cannot sign in until you restore them. Their messages stay. API keys of a bot end permanently.',
  restore: 'Restore',
  restoreTitle: (name: string) => `Restore ${name}?`,
  restoreConsequence: 'They can sign in again.',
  endSessions: 'End all sessions',
  endSessionsTitle: (name: string) => `End all sessions of ${name}?`,
  endSessionsConsequence: 'They are signed out on all their devices, and can sign in again.',
  passwordLink: 'Link for a new password',
  passwordLinkTitle: (name: string) => `A link for a new password of ${name}?`,
  passwordLinkConsequence:
    'Anyone who has this link can set the password. It works once, within 24 hours. Earlier links stop working.',
  makeLink: 'Make link',
  linkFor: (name: string) => `Link for ${name}`,
  linkHint: 'Send it to the person yourself. You do not see it again.',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'This browser did not let the page copy the link. Copy it from the field.',
  removeRoomTitle: (name: string) => `Remove the room ${name}?`,
  removeRoomConsequence: 'All its members lose it, and its messages and files are deleted. This cannot be taken back.',
  reason: 'Reason',
  reasonHint: 'Stored in the log, which only administrators see. You can leave it empty.',

  acts: {
    suspend: 'Suspended',
    restore: 'Restored',
    endSessions: 'Ended all sessions of',
    createPasswordLink: 'Made a password link for',
    removeMessage: 'Removed a message of',
    removeRoom: 'Removed the room',
  } satisfies Record<AdministrationAct['act'], string>,
  by: 'By',
  loadingLog: 'Loading the log',
  nothingYet: 'Nothing was done yet.',

  setPassword: 'Set a new password',
  newPassword: 'New password',
  newPasswordHint: (least: number) => `At least ${least} characters. All your devices are signed out.`,
  passwordIsSet: (username: string) => `Your new password is set. Sign in as ${username}.`,
  toSignIn: 'Sign in',
  linkIsOver: 'This link is not valid any more. Ask an administrator for another.',
}

export type AdministrationTexts = typeof administrationTexts

/** All texts for the components in it, from the `AdministrationPage` around them; the English ones outside of one. */
export const AdministrationTextsContext = createContext<AdministrationTexts>(administrationTexts)

/**
 * The texts of the `AdministrationPage` around the component, or the English ones outside of it. Every text is there.
 */
export const useAdministrationTexts = (): AdministrationTexts => useContext(AdministrationTextsContext)
