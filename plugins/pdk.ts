/**
 * The calls of Kong's plugin development kit that the plugin makes. Each is a round trip to Kong; a table that is not there comes as
 * nil, and only the first of several return values comes at all. A rejection is Kong's error.
 */
export interface Pdk {
  readonly client: {
    getConsumer(): Promise<unknown>
    getCredential(): Promise<unknown>
  }
  readonly router: { getRoute(): Promise<unknown> }
  readonly request: {
    /** The client's own path, normalised, without the query. */
    getPath(): Promise<unknown>
    /** The first value of the header, or nil. */
    getHeader(name: string): Promise<unknown>
  }
  readonly ctx: { readonly shared: { get(name: string): Promise<unknown> } }
  readonly service: {
    readonly request: {
      /** Replaces every value that is there. */
      setHeader(name: string, value: string): Promise<unknown>
      clearHeader(name: string): Promise<unknown>
    }
    /** Gives true, or nil where Kong knows no upstream of that name; then the service's own target stays. */
    setUpstream(name: string): Promise<unknown>
  }
  readonly response: {
    /** Ends the request, not the caller: return at once, for no later call is ever answered. */
    exit(status: number, body: string, headers: Readonly<Record<string, string>>): Promise<unknown>
  }
}
