/** The endpoints that are disabled, because they answered 410. Others have no row. */
export interface WebhookEndpointsTable {
  id: string
  disabled_at: number
  because: string
}

declare module '../storage/tables.ts' {
  interface Tables {
    webhook_endpoints: WebhookEndpointsTable
  }
}
