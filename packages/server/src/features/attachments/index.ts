import { attachmentLimits } from '@parley/protocol/features/attachment-rules'
import { feature } from '../../core/feature.ts'
import { few, sizes, small } from '../../core/limits/costs.ts'
import { attachmentPart } from './attachment-binding.ts'
import { attachmentErasure } from './attachment-erasure.ts'
import { attachmentPolicy } from './attachment-policy.ts'
import { attachmentRoutes } from './attachment-routes.ts'
import { attachmentRows } from './attachment-rows.ts'
import { attachmentStore } from './attachment-store.ts'
import { startAttachmentSweep } from './attachment-sweep.ts'
import { attachmentHandlers } from './attachments.ts'

export const attachments = feature({
  policy: attachmentPolicy,
  costs: {
    'attachment.create': { charge: 'upload', rows: few + attachmentLimits.unbound, bytes: small + sizes.attachment },
    'attachment.get': { charge: 'download', rows: few, bytes: small + sizes.attachment },
    'attachment.list': {
      charge: 'read',
      rows: few + attachmentLimits.unbound,
      bytes: small + attachmentLimits.unbound * sizes.attachment,
    },
    'attachment.discard': { charge: 'change', rows: few, bytes: small },
    'attachment.sign': {
      charge: { budget: 'read', list: 'attachmentIds', per: 20 },
      rows: few + 2 * attachmentLimits.signed,
      bytes: small + attachmentLimits.signed * sizes.attachment,
    },
    'attachment.quota': { charge: 'read', rows: few, bytes: 4 * small },
  },
  handlers: attachmentHandlers,
  stores: { attachments: attachmentStore },
  sideRows: attachmentRows,
  bodyPart: attachmentPart,
  routes: attachmentRoutes,
  begin: startAttachmentSweep,
  erasure: attachmentErasure,
})
