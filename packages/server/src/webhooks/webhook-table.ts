/** Endpoints that receive nothing more, because they answered 410. All others have no row. */
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
