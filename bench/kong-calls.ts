import type { JsonObject } from '../core/json.js'
import { CONTEXT_HEADERS } from '../core/signed-context.js'
import { RELAY_UPSTREAM } from '../plugins/names.js'

/** Where the plugin sits: on a route of clients, on a service, which asks for the route each time, or on a route to a provider. */
export const FORMS = ['route', 'service', 'egress'] as const
export type Form = (typeof FORMS)[number]

/** What Kong and the relay of the bench share. */
export const SECRET = 'a secret of the bench, and of nobody else'

/** The provider's Kong upstream on the egress route. */
export const EGRESS_UPSTREAM = 'tollgate_fake_0a1b2c3d'

const ROUTE_ID = '0f1d4a52-6a0d-4c3f-9f43-0d7f1c1f8a11'
const SERVICE_ID = '5b0e3a0e-8f8b-4b7c-8e06-2b4a0c2a9d34'
const CONSUMER_ID = '8c1f5c0a-2f4e-4d0b-9b0a-6f0f3d5a7e21'
const CREDENTIAL_ID = 'c7a7f1de-55f3-4a52-8b27-93c1f0d6b8e5'

/** The configuration of Tollgate's plugin as Kong gives it to an instance: every field, and members of its own. */
export function instanceConfig(form: Form): JsonObject {
  const own = { __seq__: 1, __plugin_id: 'a3d1a0b6-1f0e-4d55-9a7e-7c1d6f2b4e90' }
  const unset = { policy: null, models: null, guards: null, tags: null, strict: false, claims: 'none', groups: 'none' }
  const common = { ...unset, secret: SECRET, relay: RELAY_UPSTREAM, upstream: null }
  switch (form) {
    case 'route':
      return { ...common, role: 'ingress', route_id: ROUTE_ID, ...own }
    case 'service':
      return { ...common, role: 'ingress', service_id: SERVICE_ID, ...own }
    case 'egress':
      return { ...common, role: 'egress', upstream: EGRESS_UPSTREAM, route_id: ROUTE_ID, ...own }
  }
}

/** What the relay is told of the caller whom the answers below describe. */
export const CALLER = {
  consumer: { id: CONSUMER_ID, username: 'team-search', customId: 'cost-center-4711' },
  credential: { id: CREDENTIAL_ID },
  route: { id: ROUTE_ID, name: 'chat' },
  service: { id: SERVICE_ID },
}

/** A call of the development kit, and what Kong sends for it. */
export interface Call {
  readonly method: string
  /** The method of the plugin server that takes the answer. */
  readonly step: string
  /** Absent for nil; `context` is one signed for the occasion. */
  readonly answer?: object | true | 'context'
  /** What the last argument must begin with, where it matters: a plugin that refuses is cheap. */
  readonly argument?: string
}

/** A plugin on one route learns its name with this, once every few seconds. */
export const ROUTE_CALL: Call = {
  method: 'kong.router.get_route',
  step: 'plugin.StepRoute',
  answer: {
    id: ROUTE_ID,
    name: 'chat',
    protocols: ['http', 'https'],
    paths: ['/v1'],
    https_redirect_status_code: 426,
    regex_priority: 0,
    strip_path: false,
    path_handling: 'v0',
    preserve_host: false,
    request_buffering: false,
    response_buffering: false,
    service: { id: SERVICE_ID },
    created_at: 1_760_000_000,
    updated_at: 1_760_000_000,
  },
}

const WHO: readonly Call[] = [
  {
    method: 'kong.client.get_consumer',
    step: 'plugin.StepConsumer',
    answer: {
      id: CONSUMER_ID,
      username: 'team-search',
      custom_id: 'cost-center-4711',
      created_at: 1_760_000_000,
      updated_at: 1_760_000_000,
      username_lower: 'team-search',
    },
  },
  {
    method: 'kong.client.get_credential',
    step: 'plugin.StepCredential',
    answer: {
      id: CREDENTIAL_ID,
      key: 'Zm9ydHktdHdvLWJ5dGVzLW9mLWtleQ',
      consumer: { id: CONSUMER_ID },
      created_at: 1_760_000_000,
    },
  },
]

const ONWARD: readonly Call[] = [
  { method: 'kong.service.request.set_header', step: 'plugin.Step', argument: 'v1.ingress.' },
  { method: 'kong.service.set_upstream', step: 'plugin.Step', argument: RELAY_UPSTREAM, answer: true },
]

/** The calls of one access phase, in their order. */
export const CALLS: Readonly<Record<Form, readonly Call[]>> = {
  route: [...WHO, ...ONWARD],
  service: [...WHO, ROUTE_CALL, ...ONWARD],
  egress: [
    { method: 'kong.request.get_header', step: 'plugin.Step', argument: CONTEXT_HEADERS.egress, answer: 'context' },
    { method: 'kong.service.request.clear_header', step: 'plugin.Step', argument: CONTEXT_HEADERS.egress },
    { method: 'kong.service.set_upstream', step: 'plugin.Step', argument: EGRESS_UPSTREAM, answer: true },
  ],
}
