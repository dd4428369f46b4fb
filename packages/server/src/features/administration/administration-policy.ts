import type { Rules } from '../../core/policy.ts'

const administrators = { for: 'users', only: 'administrators' } as const

export const administrationPolicy = {
  'administration.suspend': administrators,
  'administration.restore': administrators,
  'administration.endSessions': administrators,
  'administration.createPasswordLink': { ...administrators, needs: 'accounts' },
  'administration.listPeople': administrators,
  'administration.removeMessage': administrators,
  'administration.removeRoom': administrators,
  'administration.listRooms': administrators,
  'administration.listActs': administrators,
  'passwordLink.use': { for: 'anyone', needs: 'accounts' },
} as const satisfies Rules

type Own = typeof administrationPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
