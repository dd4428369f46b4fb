import { admins, inRooms, type Rules } from '../../core/policy.ts'

export const hookPolicy = {
  'hook.create': { ...inRooms, roles: admins },
  'hook.list': { ...inRooms, roles: admins },
  'hook.revoke': { ...inRooms, roles: admins },
} as const satisfies Rules

type Own = typeof hookPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}
