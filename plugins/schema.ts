import { SHORTEST_SECRET } from './config.js'
import { RELAY_UPSTREAM } from './names.js'

/** A field of a Kong plugin's configuration, in the terms of Kong's own schemas. */
export interface Field {
  readonly type: 'string' | 'boolean' | 'array' | 'map'
  readonly description: string
  readonly required?: boolean
  readonly default?: string | boolean
  readonly one_of?: readonly string[]
  readonly len_min?: number
  readonly referenceable?: boolean
  readonly encrypted?: boolean
  readonly elements?: Part
  readonly keys?: Part
  readonly values?: Part
}

interface Part {
  readonly type: 'string'
  readonly len_min?: number
}

const NAME: Part = { type: 'string', len_min: 1 }

/** The fields of the plugin's configuration, one record each, as kong-pdk wants them. */
export const SCHEMA: readonly Readonly<Record<string, Field>>[] = [
  {
    role: {
      type: 'string',
      description:
        'ingress: on the routes of clients; says who is calling and sends the request to the relay. ' +
        'egress: on the routes that lead to providers; lets only the relay through.',
      required: true,
      default: 'ingress',
      one_of: ['ingress', 'egress'],
    },
  },
  {
    secret: {
      type: 'string',
      description:
        `What the plugin and the relay sign with, at least ${SHORTEST_SECRET} characters: the relay's TOLLGATE_CONTEXT_SECRET. ` +
        'Best a vault reference such as {vault://env/tollgate-context-secret}.',
      required: true,
      // Kong checks the length of a literal only and passes a reference; what that comes out as is checked when the plugin starts.
      len_min: SHORTEST_SECRET,
      referenceable: true,
      encrypted: true,
    },
  },
  {
    relay: {
      type: 'string',
      description: 'ingress: the Kong upstream whose targets are the relays.',
      default: RELAY_UPSTREAM,
    },
  },
  {
    upstream: {
      type: 'string',
      description: 'egress, required there: the Kong upstream of the provider that this route leads to.',
    },
  },
  {
    policy: {
      type: 'string',
      description:
        'ingress: the name by which budgets and limits know this route, where the identity does not say another.',
    },
  },
  {
    models: {
      type: 'array',
      description: 'ingress: the only models that clients of this route may use and see; all where it is not set.',
      len_min: 1,
      elements: NAME,
    },
  },
  {
    guards: {
      type: 'string',
      description: 'ingress: the guard set of this route. One that the relay does not know refuses every request.',
    },
  },
  {
    tags: {
      type: 'map',
      description: "ingress: tags of every request of this route; they win over the caller's own.",
      keys: NAME,
      values: NAME,
    },
  },
  {
    strict: {
      type: 'boolean',
      description: 'ingress: refuse requests that a target cannot express in full.',
      default: false,
    },
  },
  {
    claims: {
      type: 'string',
      description:
        'ingress: where verified claims come from. jwt: the token that the jwt plugin has verified on this route (or another plugin ' +
        'that leaves it in kong.ctx.shared.authenticated_jwt_token).',
      required: true,
      default: 'none',
      one_of: ['none', 'jwt'],
    },
  },
  {
    groups: {
      type: 'string',
      description:
        "ingress: where the caller's groups come from. authenticated: kong.ctx.shared.authenticated_groups, set by plugins such " +
        'as openid-connect and ldap-auth-advanced. acl: the X-Consumer-Groups header of the acl plugin. DANGER: clients can send ' +
        'that header themselves; choose acl only where the acl plugin runs on every request of this route and hide_groups_header is ' +
        'false. Callers without a consumer never have groups this way.',
      required: true,
      default: 'none',
      one_of: ['none', 'authenticated', 'acl'],
    },
  },
  {
    address: {
      type: 'string',
      description:
        'ingress: whether the relay is told where a request came from, for `identity.address: gateway`. client: the address that Kong takes ' +
        "for the client's; set Kong's trusted_ips where a load balancer is in front of it.",
      required: true,
      default: 'none',
      one_of: ['none', 'client'],
    },
  },
]
