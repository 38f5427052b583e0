/** Something that a real Kong would do silently or say in its error log only; a test can see it here. */
export interface Fault {
  readonly kind: /** A call that the phase does not allow or that Kong does not know, or one with arguments that Lua throws on: 500. */
    | 'illegal_call'
    /** A call that Kong has and the stand-in has not: 500 here. */
    | 'unsupported_call'
    /** The plugin server could not be reached or broke off: the request goes on unprocessed. */
    | 'plugin_server_gone'
    /** The plugin server let Kong wait too long: the request goes on unprocessed. */
    | 'plugin_server_silent'
    /** An RPC error other than a lost instance: the request goes on unprocessed. */
    | 'plugin_rpc_error'
    /** No instance could be started: 500. */
    | 'instance_not_started'
    /** `set_upstream` named an upstream that is not there: the service's own target stays. */
    | 'unknown_upstream'
    /** A name was set as the target of a service whose host is an IP address: 500. */
    | 'name_for_ip_service'
    /** A vault reference that leads nowhere: the field is empty. */
    | 'unresolved_reference'
    /** The stand-in's own: the client's connection is cut. */
    | 'stand_in_failed'
  readonly message: string
}

/** Where the parts of the stand-in put what they find. */
export interface Faults {
  readonly all: readonly Fault[]
  add(kind: Fault['kind'], message: string): void
}

/** An empty list. */
export function faultList(): Faults {
  const all: Fault[] = []
  return { all, add: (kind, message) => void all.push({ kind, message }) }
}
