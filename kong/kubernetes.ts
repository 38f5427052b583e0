import { stringify } from 'yaml'
import { PLUGIN_NAME, RELAY_UPSTREAM } from '../plugins/names.js'
import { RELAY_HEALTHCHECKS } from './healthchecks.js'
import { type KongPlan, SECRET_REFERENCE } from './plan.js'

/** Everything is in one namespace, and the relays' pods have this label. */
export const NAMESPACE = 'tollgate'
const POD_LABELS = { 'app.kubernetes.io/name': 'tollgate' } as const

/**
 * The objects for the Kong Ingress Controller (3.1 or newer), as YAML documents. Kong's services there always point at pods, so
 * where the plugin does not run, a request reaches a relay without a signed context, which refuses it. The relays go to
 * the providers themselves.
 */
export function renderKubernetes(plan: KongPlan): string {
  const documents = [plugin(plan), upstreamPolicy(), relayService(plan), ingress(plan)]
  return `${HEADER}\n${documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n')}`
}

const HEADER = [
  `# For the Kong Ingress Controller. The relays are pods in the namespace ${NAMESPACE} with the label app.kubernetes.io/name: tollgate`,
  '# and TOLLGATE_EGRESS=direct. Kong reads TOLLGATE_CONTEXT_SECRET from the environment of its own pods.',
].join('\n')

const KONG = 'configuration.konghq.com'

function metadata(name: string, annotations?: Readonly<Record<string, string>>): object {
  return { name, namespace: NAMESPACE, ...(annotations && { annotations }) }
}

function plugin(plan: KongPlan): object {
  // The name that the controller gives to the upstream of a Service that an Ingress points at.
  const relay = `${RELAY_UPSTREAM}.${NAMESPACE}.${relayPort(plan)}.svc`
  return {
    apiVersion: `${KONG}/v1`,
    kind: 'KongPlugin',
    metadata: metadata(PLUGIN_NAME),
    plugin: PLUGIN_NAME,
    config: {
      role: 'ingress',
      relay,
      secret: SECRET_REFERENCE,
      ...(plan.address !== 'none' && { address: plan.address }),
    },
  }
}

function upstreamPolicy(): object {
  return {
    apiVersion: `${KONG}/v1beta1`,
    kind: 'KongUpstreamPolicy',
    metadata: metadata(RELAY_UPSTREAM),
    spec: { algorithm: 'least-connections', healthchecks: camelCased(RELAY_HEALTHCHECKS) },
  }
}

function relayService(plan: KongPlan): object {
  const { connect, relay } = plan.timeouts
  const port = relayPort(plan)
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(RELAY_UPSTREAM, {
      'konghq.com/protocol': 'http',
      'konghq.com/upstream-policy': RELAY_UPSTREAM,
      'konghq.com/connect-timeout': `${connect}`,
      'konghq.com/read-timeout': `${relay}`,
      'konghq.com/write-timeout': `${relay}`,
      // Only a relay that cannot be reached is passed over: Kong repeats no POST of which a byte has been sent.
      'konghq.com/retries': '1',
    }),
    spec: { selector: POD_LABELS, ports: [{ name: 'http', port, targetPort: port, protocol: 'TCP' }] },
  }
}

function ingress(plan: KongPlan): object {
  const backend = { service: { name: RELAY_UPSTREAM, port: { number: relayPort(plan) } } }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadata(PLUGIN_NAME, {
      'konghq.com/plugins': PLUGIN_NAME,
      'konghq.com/strip-path': 'false',
      'konghq.com/preserve-host': 'false',
      'konghq.com/request-buffering': 'false',
      'konghq.com/response-buffering': 'false',
    }),
    spec: {
      ingressClassName: 'kong',
      rules: [{ http: { paths: plan.paths.map((path) => ({ path, pathType: 'Prefix', backend })) } }],
    },
  }
}

/** Pods have addresses of their own; of the plan's relays only the port is of use here. */
function relayPort(plan: KongPlan): number {
  return plan.relays[0]?.port ?? 8081
}

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [camel(name), camelCased(inner)]))
}

function camel(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}
