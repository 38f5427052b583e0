import { stringify } from 'yaml'
import { egressHost } from '../core/egress-host.js'
import { PLUGIN_NAME, RELAY_UPSTREAM } from '../plugins/names.js'
import { RELAY_HEALTHCHECKS } from './healthchecks.js'
import { authority, bracketed, type KongPlan, type ProviderEndpoint, SECRET_REFERENCE } from './plan.js'

/**
 * Where services point: nobody listens there. Only the plugin's access phase sets the real upstream, so a plugin that is dead,
 * hung or broken ends in Kong's own error and never in a request that nobody looked at. It has to be a name: a service
 * whose host is an IP address cannot be sent elsewhere.
 */
const NOWHERE = { host: 'localhost', port: 1 } as const

/** Bodies pass as they come, or a stream would arrive in one piece at its end. */
const UNBUFFERED = { strip_path: false, request_buffering: false, response_buffering: false } as const

/** With a host: Kong prefers the route with more kinds of conditions, and a client's has no such host. */
const EGRESS = { paths: ['/'], methods: ['GET', 'POST'] } as const

const TAGS = ['tollgate']

/** The declarative configuration of Kong 3.x, as YAML. Its secret is a reference. */
export function renderDeclarative(plan: KongPlan): string {
  const authorities = plan.endpoints.flatMap((endpoint) => endpoint.authorities ?? [])
  const distinct = new Map(authorities.map((one) => [one.id, one]))
  const configuration = {
    _format_version: '3.0',
    services: [
      clientService(plan),
      ...plan.endpoints.map((endpoint) => providerService(endpoint, plan)),
      unknownProviderService(plan),
    ],
    upstreams: [relayUpstream(plan), ...plan.endpoints.map(providerUpstream)],
    ...(distinct.size > 0 && { ca_certificates: [...distinct.values()].map((one) => ({ ...one, tags: TAGS })) }),
  }
  return `${HEADER}\n${stringify(configuration, { lineWidth: 0, aliasDuplicateObjects: false })}`
}

const HEADER = [
  '# Kong reads TOLLGATE_CONTEXT_SECRET from its own environment; the relays have the same one.',
  '# Providers that change need a new render: names carry a hash of the endpoint, so that an old Kong refuses instead of',
  '# sending a key to the wrong host.',
].join('\n')

function clientService(plan: KongPlan): object {
  const { relays, paths, timeouts } = plan
  return {
    name: PLUGIN_NAME,
    protocol: 'http',
    ...NOWHERE,
    // Only a relay that cannot be reached is passed over: Kong repeats no POST of which a byte has been sent.
    retries: Math.min(relays.length - 1, 2),
    ...serviceTimeouts(timeouts.connect, timeouts.relay),
    tags: TAGS,
    // Paths alone: a wrong method gets the relay's 405, preflights of the cors plugin find the route, and a route of the user's that
    // has one more condition wins over this one.
    routes: [{ name: PLUGIN_NAME, paths, ...UNBUFFERED, tags: TAGS, plugins: [ingressPlugin(plan)] }],
  }
}

function ingressPlugin({ address }: KongPlan): object {
  return {
    name: PLUGIN_NAME,
    config: {
      ...{ role: 'ingress', relay: RELAY_UPSTREAM, secret: SECRET_REFERENCE },
      ...(address !== 'none' && { address }),
    },
    tags: TAGS,
  }
}

function relayUpstream({ relays }: KongPlan): object {
  return {
    name: RELAY_UPSTREAM,
    algorithm: 'least-connections',
    healthchecks: RELAY_HEALTHCHECKS,
    tags: TAGS,
    targets: relays.map((relay) => ({ target: authority(relay), weight: 100 })),
  }
}

function providerService(endpoint: ProviderEndpoint, { timeouts }: KongPlan): object {
  const { name, tls, authorities } = endpoint
  return {
    name,
    protocol: tls ? 'https' : 'http',
    ...NOWHERE,
    // The chain of targets is the relay's; a second try here would be one that it does not know of.
    retries: 0,
    ...serviceTimeouts(timeouts.connect, timeouts.provider),
    // Kong takes these for https only. Nginx's own depth of 1 is too small for many public chains.
    ...(tls && { tls_verify: true, tls_verify_depth: 5 }),
    ...(authorities && { ca_certificates: authorities.map(({ id }) => id) }),
    tags: TAGS,
    routes: [
      {
        name,
        hosts: [egressHost(name)],
        ...EGRESS,
        preserve_host: false,
        ...UNBUFFERED,
        tags: TAGS,
        plugins: [
          { name: PLUGIN_NAME, config: { role: 'egress', upstream: name, secret: SECRET_REFERENCE }, tags: TAGS },
        ],
      },
    ],
  }
}

/**
 * Takes what is for a provider that this configuration does not know, and answers with Kong's 503. Else it would find the client's route
 * by its path, and a relay that asks for the wrong provider would be asked itself, again and again.
 */
function unknownProviderService({ timeouts }: KongPlan): object {
  const name = `${PLUGIN_NAME}-egress`
  return {
    name,
    protocol: 'http',
    ...NOWHERE,
    retries: 0,
    ...serviceTimeouts(timeouts.connect, timeouts.provider),
    tags: TAGS,
    routes: [{ name, hosts: [`*${egressHost('')}`], ...EGRESS, ...UNBUFFERED, tags: TAGS, plugins: [] }],
  }
}

function providerUpstream(endpoint: ProviderEndpoint): object {
  return {
    name: endpoint.name,
    // Without the port: Kong adds it where it is not the scheme's own.
    host_header: bracketed(endpoint.host),
    tags: TAGS,
    targets: [{ target: authority(endpoint), weight: 100 }],
  }
}

function serviceTimeouts(connect: number, silence: number): object {
  return { connect_timeout: connect, write_timeout: silence, read_timeout: silence }
}
