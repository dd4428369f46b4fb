import { createTimeFormat } from '../time-format.ts'
import { attachments } from './attachments.ts'
import { blocks } from './blocks.ts'
import { contacts } from './contacts.ts'
import { conversations } from './conversations.ts'
import { errorCodes, errors } from './errors.ts'
import { memberships, roles } from './memberships.ts'
import { messages } from './messages.ts'
import { offers } from './offers.ts'
import { page } from './page.ts'
import { presence } from './presence.ts'
import { reactions } from './reactions.ts'
import { receipts } from './receipts.ts'
import { sessions } from './sessions.ts'
import { typing } from './typing.ts'
import { users } from './users.ts'

/** All texts of the components, by feature. */
export const english = {
  page,
  contacts,
  blocks,
  conversations,
  memberships,
  roles,
  messages,
  attachments,
  offers,
  presence,
  reactions,
  receipts,
  sessions,
  typing,
  users,
  errors,
  errorCodes,
  times: createTimeFormat('en'),
}

export type Texts = typeof english

/** The texts that an application replaces, by feature; the others stay English. */
export type TextOverrides = { readonly [Feature in keyof Texts]?: Readonly<Partial<Texts[Feature]>> }
