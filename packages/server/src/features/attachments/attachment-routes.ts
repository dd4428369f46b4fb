import type { ByteRoutes } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { downloadRoutes } from '../../files/downloads/download-routes.ts'
import { createInspector } from '../../files/inspection/inspector.ts'
import { createFinishing } from '../../files/uploads/finishing.ts'
import { createOngoingUploads } from '../../files/uploads/ongoing-uploads.ts'
import { uploadRoutes } from '../../files/uploads/upload-routes.ts'

/**
 * Makes the routes for uploads and downloads; call it once for each server. When the server closes, it stops the
 * uploads that are running, and then the processes that inspect files.
 */
export function attachmentRoutes(kernel: Kernel): ByteRoutes[] {
  const { uploadIdleMs, inspectionMs } = kernel.settings.files
  const inspector = createInspector({ limitMs: inspectionMs })
  const ongoing = createOngoingUploads(uploadIdleMs)
  kernel.whenClosing(async () => {
    await ongoing.stopAll()
    inspector.close()
  })
  return [downloadRoutes(kernel), uploadRoutes({ kernel, ongoing, finishing: createFinishing(kernel, inspector) })]
}
