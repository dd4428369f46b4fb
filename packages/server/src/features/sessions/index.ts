import { feature } from '../../core/feature.ts'
import { sessionErasure } from './session-erasure.ts'
import { sessionPolicy } from './session-policy.ts'
import { sessionStore } from './session-store.ts'
import { startSessionSweep } from './session-sweep.ts'
import { createAccountHandlers, createSessionHandlers } from './sessions.ts'

export const sessions = feature({
  policy: sessionPolicy,
  charges: {
    'user.register': 'registration',
    'session.create': 'outcome',
    'session.refresh': 'refresh',
    'session.renew': 'read',
    'session.list': 'read',
    'session.end': 'change',
    'session.revoke': 'change',
  },
  handlers: (kernel) => ({ ...createAccountHandlers(kernel), ...createSessionHandlers(kernel) }),
  stores: { sessions: sessionStore },
  begin: startSessionSweep,
  erasure: sessionErasure,
})
