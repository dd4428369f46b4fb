import type { ChatError } from '@parley/client'
import { formatSeconds } from '../number-format.ts'

/** Sentences for the codes that people see; for other codes the message of the error is shown. */
export const errorCodes: Partial<Record<ChatError['code'], string>> = {
  bad_credentials: 'The user name and the password do not match.',
  username_taken: 'Somebody already has this user name.',
  registration_closed: 'This server takes no new accounts.',
  forbidden: 'Your role does not allow this.',
  no_contact: 'You and this person cannot write to or invite each other here.',
  not_found: 'It does not exist any more, or is not open to you.',
  last_owner: 'A room keeps at least one owner: make somebody else owner first.',
  limit_reached: 'The limit is reached: there cannot be more of these.',
  file_too_large: 'It is larger than this server takes.',
  file_type_refused: 'This server takes no files of this type.',
  quota_exceeded: 'Your files take up all the room that you have here. Delete some first.',
  attachment_unusable: 'A file of this message does not exist any more. Send it again.',
  offer_closed: 'Somebody was faster, or its time is over: this offer is not open any more.',
  disconnected: 'The server cannot be reached. Check the connection and try again.',
  timed_out: 'The server did not answer in time. Try again.',
  unavailable: 'The server cannot do this right now. Try again in a moment.',
  unauthenticated: 'You are signed out. Sign in again.',
  cancelled: 'It was withdrawn.',
}

export const errors = {
  unknown: 'Something went wrong.',
  tooFast: 'Too fast. Try again in a moment.',
  tooFastFor: (wait: number) => `Too fast. Try again in ${formatSeconds(wait)}.`,
}
