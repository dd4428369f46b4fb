import { feature } from '../../core/feature.ts'
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
  charges: {
    'attachment.create': 'upload',
    'attachment.get': 'download',
    'attachment.list': 'read',
    'attachment.discard': 'change',
    'attachment.sign': { budget: 'read', list: 'attachmentIds', per: 20 },
    'attachment.quota': 'read',
  },
  handlers: attachmentHandlers,
  stores: { attachments: attachmentStore },
  sideRows: attachmentRows,
  bodyPart: attachmentPart,
  routes: attachmentRoutes,
  begin: startAttachmentSweep,
  erasure: attachmentErasure,
})
