/**
 * The calls of Kong's plugin development kit that the plugin makes. Each is a round trip to Kong; a table that is not there comes as
 * nil, and only the first of several return values comes at all. A rejection is Kong's error.
 *
 * They have the names that Kong knows them by, dots and all: kong-pdk makes a proxy for each name that it is asked for, so that
 * `kong.service.request.setHeader` would cost three of them and two conversions of names.
 */
export interface Pdk {
  'client.get_consumer'(): Promise<unknown>
  'client.get_credential'(): Promise<unknown>
  /** As Kong's own `trusted_ips` and `real_ip_header` tell it. */
  'client.get_forwarded_ip'(): Promise<unknown>
  'router.get_route'(): Promise<unknown>
  /** The client's own path, normalised, without the query. */
  'request.get_path'(): Promise<unknown>
  /** The first value of the header, or nil. */
  'request.get_header'(name: string): Promise<unknown>
  'ctx.shared.get'(name: string): Promise<unknown>
  /** Replaces every value that is there. */
  'service.request.set_header'(name: string, value: string): Promise<unknown>
  'service.request.clear_header'(name: string): Promise<unknown>
  /** Gives true, or nil where Kong knows no upstream of that name; then the service's own target stays. */
  'service.set_upstream'(name: string): Promise<unknown>
  /** Ends the request, not the caller: return at once, for no later call is ever answered. */
  'response.exit'(status: number, body: string, headers: Readonly<Record<string, string>>): Promise<unknown>
}
