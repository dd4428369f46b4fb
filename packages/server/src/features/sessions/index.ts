import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { few, sizes, small } from '../../core/limits/costs.ts'
import { sessionErasure } from './session-erasure.ts'
import { sessionPolicy } from './session-policy.ts'
import { sessionStore } from './session-store.ts'
import { startSessionSweep } from './session-sweep.ts'
import { createAccountHandlers, createSessionHandlers } from './sessions.ts'

export const sessions = feature({
  policy: sessionPolicy,
  costs: {
    'user.register': { charge: 'registration', rows: few, bytes: small + sizes.user },
    'session.create': { charge: 'outcome', rows: few, bytes: small + sizes.user },
    'session.refresh': { charge: 'refresh', rows: few, bytes: small + sizes.user },
    'session.renew': { charge: 'read', rows: few, bytes: small },
    'session.list': { charge: 'read', rows: few + limits.page, bytes: small + limits.page * sizes.session },
    'session.end': { charge: 'change', rows: few, bytes: small },
    'session.revoke': { charge: 'change', rows: few, bytes: small },
  },
  handlers: (kernel) => ({ ...createAccountHandlers(kernel), ...createSessionHandlers(kernel) }),
  stores: { sessions: sessionStore },
  begin: startSessionSweep,
  erasure: sessionErasure,
})
