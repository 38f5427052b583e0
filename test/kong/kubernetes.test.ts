import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { NAMESPACE, renderKubernetes } from '../../kong/kubernetes.js'
import type { KongPlan } from '../../kong/plan.js'

const PLAN: KongPlan = {
  relays: [{ host: 'ignored', port: 8081 }],
  endpoints: [{ name: 'tollgate_openai_0a1b2c3d', host: 'api.openai.com', port: 443 }],
  paths: ['/v1/chat/completions', '/v1/models'],
  maxBody: 1024,
  address: 'none',
  timeouts: { connect: 5000, provider: 605_000, relay: 1_215_000 },
}

// The objects as their definitions have them; keys that are not here are refused.
const metadata = z.strictObject({
  name: z.string().regex(/^[a-z\d]([a-z\d-]*[a-z\d])?$/),
  namespace: z.literal(NAMESPACE),
  annotations: z.record(z.string().startsWith('konghq.com/'), z.string()).optional(),
})
const status = z.array(z.int().min(100).max(599))
const count = z.int().min(0)
const object = z.discriminatedUnion('kind', [
  z.strictObject({
    apiVersion: z.literal('configuration.konghq.com/v1'),
    kind: z.literal('KongPlugin'),
    metadata,
    plugin: z.literal('tollgate'),
    config: z.strictObject({ role: z.literal('ingress'), relay: z.string(), secret: z.string() }),
  }),
  z.strictObject({
    apiVersion: z.literal('configuration.konghq.com/v1beta1'),
    kind: z.literal('KongUpstreamPolicy'),
    metadata,
    spec: z.strictObject({
      algorithm: z.enum(['round-robin', 'consistent-hashing', 'least-connections', 'latency']),
      healthchecks: z.strictObject({
        active: z.strictObject({
          type: z.enum(['http', 'https', 'tcp', 'grpc', 'grpcs']),
          httpPath: z.literal('/healthz'),
          timeout: count,
          concurrency: count,
          healthy: z.strictObject({ interval: count, httpStatuses: status, successes: count }),
          unhealthy: z.strictObject({
            interval: count,
            httpStatuses: status,
            httpFailures: count,
            tcpFailures: count,
            timeouts: count,
          }),
        }),
        // An interval is refused here.
        passive: z.strictObject({
          type: z.literal('http'),
          healthy: z.strictObject({ successes: count }),
          unhealthy: z.strictObject({ httpFailures: z.literal(0), timeouts: z.literal(0), tcpFailures: count }),
        }),
      }),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('v1'),
    kind: z.literal('Service'),
    metadata,
    spec: z.strictObject({
      selector: z.record(z.string(), z.string()),
      ports: z.array(
        z.strictObject({ name: z.string(), port: z.int(), targetPort: z.int(), protocol: z.literal('TCP') }),
      ),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('networking.k8s.io/v1'),
    kind: z.literal('Ingress'),
    metadata,
    spec: z.strictObject({
      ingressClassName: z.literal('kong'),
      rules: z.array(
        z.strictObject({
          http: z.strictObject({
            paths: z.array(
              z.strictObject({
                path: z.string().startsWith('/'),
                pathType: z.literal('Prefix'),
                backend: z.strictObject({
                  service: z.strictObject({ name: z.string(), port: z.strictObject({ number: z.int() }) }),
                }),
              }),
            ),
          }),
        }),
      ),
    }),
  }),
])
type KubernetesObject = z.infer<typeof object>

const objects = parseAllDocuments(renderKubernetes(PLAN)).map((document) => object.parse(document.toJS()))
const of = <K extends KubernetesObject['kind']>(kind: K) => {
  const found = objects.find((one): one is Extract<KubernetesObject, { kind: K }> => one.kind === kind)
  assert.ok(found, kind)
  return found
}

test('what is rendered are the objects that the controller and Kubernetes know', () => {
  assert.deepEqual(
    objects.map(({ kind }) => kind),
    ['KongPlugin', 'KongUpstreamPolicy', 'Service', 'Ingress'],
  )
})

test('the objects name each other rightly', () => {
  const service = of('Service')
  const annotations = of('Ingress').metadata.annotations ?? {}
  assert.equal(annotations['konghq.com/plugins'], of('KongPlugin').metadata.name)
  assert.equal(service.metadata.annotations?.['konghq.com/upstream-policy'], of('KongUpstreamPolicy').metadata.name)
  for (const { backend } of of('Ingress').spec.rules.flatMap(({ http }) => http.paths)) {
    assert.deepEqual(backend.service, { name: service.metadata.name, port: { number: service.spec.ports[0]?.port } })
  }
})

test("the plugin's upstream is the one that the controller makes of the Service: NAME.NAMESPACE.PORT.svc", () => {
  const { metadata, spec } = of('Service')
  assert.equal(of('KongPlugin').config.relay, `${metadata.name}.${NAMESPACE}.${spec.ports[0]?.port}.svc`)
})

test('streams pass, paths stay, and Kong waits as long as the plan says', () => {
  const route = of('Ingress').metadata.annotations ?? {}
  for (const name of ['strip-path', 'request-buffering', 'response-buffering']) {
    assert.equal(route[`konghq.com/${name}`], 'false', name)
  }
  const service = of('Service').metadata.annotations ?? {}
  assert.equal(service['konghq.com/read-timeout'], '1215000')
  assert.equal(service['konghq.com/connect-timeout'], '5000')
})

test('there is no secret in the objects, and no provider: the relays go there themselves', () => {
  assert.equal(of('KongPlugin').config.secret, '{vault://env/tollgate-context-secret}')
  assert.doesNotMatch(renderKubernetes(PLAN), /openai|kind: Secret/)
})
