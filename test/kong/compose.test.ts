import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { findingsIn } from '../../cli/check.js'
import { projectRoot } from '../../cli/project-root.js'
import { renderKong } from '../../cli/render.js'
import { IMAGE } from '../../kong/settings.js'
import { envFile } from './env-file.js'

const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8')

// What Compose documents of what the file uses; keys that are not here are refused.
const image = z.string().regex(/^[\w./-]+:(local|v?\d+\.\d+\.\d+(-\w+)?)$/, 'not pinned to a version')
const condition = z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) })
const service = z.strictObject({
  profiles: z.array(z.enum(['kong', 'envoy'])).min(1),
  image,
  build: z.strictObject({ context: z.literal('.'), dockerfile: z.string() }).optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string().regex(/^[A-Z_]+$/), z.string()).default({}),
  env_file: z.array(z.string()).default([]),
  volumes: z.array(z.string().regex(/^(\.\/[\w./-]+|\w+):\/[\w./-]+(:ro)?$/)).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), condition).default({}),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.int() })
    .optional(),
  stop_grace_period: z.string().optional(),
  restart: z.literal('unless-stopped').optional(),
})
const compose = z.looseObject({
  name: z.literal('tollgate'),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
})

const { services, volumes } = compose.parse(parse(read('docker-compose.yml'), { merge: true }))
const entries = Object.entries(services)
const inProfile = (profile: 'kong' | 'envoy') =>
  entries.filter(([, { profiles }]) => profiles.includes(profile)).map(([name]) => name)
const kong = services['kong'] ?? assert.fail('there is no Kong')

describe('docker-compose.yml', () => {
  test('has a gateway, Tollgate and Redis in each profile', () => {
    assert.deepEqual(inProfile('kong'), ['redis', 'kong-configuration', 'relay', 'kong'])
    assert.deepEqual(inProfile('envoy'), ['redis', 'envoy-configuration', 'ext-proc', 'envoy'])
  })

  test('names files that exist, volumes that it declares, and services of the same profile', () => {
    for (const [name, { build, env_file, volumes: mounts, depends_on, profiles }] of entries) {
      const places = mounts.map((mount) => mount.split(':')[0] ?? '')
      const files = places.filter((place) => place.startsWith('./'))
      for (const file of [...files, ...env_file, ...(build ? [build.dockerfile] : [])]) {
        assert.ok(existsSync(join(projectRoot(), file)), `${name}: ${file}`)
      }
      for (const place of places.filter((one) => !one.startsWith('./')))
        assert.ok(place in volumes, `${name}: ${place}`)
      for (const needed of Object.keys(depends_on)) {
        assert.ok(
          profiles.every((profile) => services[needed]?.profiles.includes(profile)),
          `${name}: ${needed}`,
        )
      }
    }
  })

  test('builds what is not pulled, and pulls pinned versions', () => {
    for (const [name, { image, build }] of entries) assert.equal(image.endsWith(':local'), build !== undefined, name)
  })

  test('publishes on loopback only', () => {
    const published = entries.flatMap(([, { ports }]) => ports)
    assert.ok(published.length >= 4)
    for (const port of published) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/)
  })

  test('sets no variable that neither Tollgate, the configuration nor Kong reads', () => {
    const sources = ['cli', 'io', 'kong'].flatMap((folder) =>
      readdirSync(join(projectRoot(), folder))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `${folder}/${file}`),
    )
    const ours = [...sources, 'deploy/compose/tollgate.yaml'].map(read).join()
    const kongs = ['KONG_PROXY_LISTEN', 'KONG_ADMIN_LISTEN', 'KONG_PROXY_ACCESS_LOG', 'KONG_PROXY_ERROR_LOG']
    for (const [name, { environment }] of entries) {
      for (const variable of Object.keys(environment)) {
        assert.ok(kongs.includes(variable) || new RegExp(`\\b${variable}\\b`).test(ours), `${name}: ${variable}`)
      }
    }
  })

  test('says what is missing when there is no secret, and holds none', () => {
    for (const name of ['kong', 'relay']) {
      assert.match(services[name]?.environment['TOLLGATE_CONTEXT_SECRET'] ?? '', /^\$\{TOLLGATE_CONTEXT_SECRET:\?.+\}$/)
    }
    for (const [, { environment }] of entries) {
      for (const [variable, value] of Object.entries(environment)) {
        if (/SECRET|KEY|TOKEN/.test(variable)) assert.match(value, /^\$\{[A-Z_]+:[?-].*\}$/, variable)
      }
    }
  })

  test('has Tollgate and its gateway at the same addresses', () => {
    const relay = services['relay']?.environment ?? {}
    const rendered = services['kong-configuration']?.environment['TOLLGATE_RELAY_ADDRESS']
    assert.deepEqual([relay['TOLLGATE_RELAY_ADDRESS'], rendered], ['0.0.0.0:8081', 'relay:8081'])
    assert.equal(relay['TOLLGATE_EGRESS'], `http://kong:${kong.environment['KONG_PROXY_LISTEN']?.split(':')[1]}`)
    const extproc = services['ext-proc']?.environment['TOLLGATE_EXTPROC_ADDRESS']
    const shown = services['envoy-configuration']?.environment['TOLLGATE_EXTPROC_ADDRESS']
    assert.deepEqual([extproc, shown], ['0.0.0.0:50051', 'ext-proc:50051'])
  })

  test('gives Kong the settings that the product renders', async () => {
    const path = join(projectRoot(), 'deploy', 'compose', 'tollgate.yaml')
    const env = { OPENAI_API_KEY: 'k', TOLLGATE_REDIS_URL: 'redis://redis:6379/0' }
    assert.deepEqual(await findingsIn(path, env), { problems: [], warnings: [] })
    const rendered = envFile(renderKong({ configPath: path, env, form: 'settings' }))
    assert.deepEqual(kong.env_file, ['deploy/compose/kong.env'])
    assert.deepEqual(envFile(read('deploy/compose/kong.env')), rendered)
    assert.ok(!Object.keys(kong.environment).some((name) => rendered.has(name)), 'nothing is set twice')
  })

  test('puts the rendered configuration where the settings say it is', () => {
    const written = /mv \S+ \/rendered\/(\S+)/.exec(services['kong-configuration']?.command?.[0] ?? '')?.[1]
    const mount = kong.volumes.find((one) => one.startsWith('kong:'))?.split(':')[1]
    assert.equal(`${mount}/${written}`, IMAGE.declarative)
  })
})

describe('the images', () => {
  const stages = (file: string) => [...read(file).matchAll(/^FROM (\S+)(?: AS (\w+))?$/gm)]
  const KONG = 'deploy/kong/Dockerfile'
  const TOLLGATE = 'deploy/tollgate/Dockerfile'

  test('are built from pinned versions, and Kong from the one that was measured', () => {
    for (const file of [KONG, TOLLGATE]) {
      for (const [, from = ''] of stages(file)) assert.match(from, /^(node|kong):\d+\.\d+\.\d+(-[\w-]+)?$/, file)
    }
    assert.equal(stages(KONG).at(-1)?.[1], 'kong:3.9.3')
  })

  test('do not run as root, and Tollgate has no development packages', () => {
    assert.match(read(KONG), /^USER kong\n*$/m)
    const last =
      read(TOLLGATE)
        .split(/^FROM /m)
        .at(-1) ?? ''
    assert.match(last, /^USER node$/m)
    assert.match(last, /^COPY --from=packages \/app \.\/$/m)
    assert.match(read(TOLLGATE), /npm ci --omit=dev/)
  })

  test('have the plugin, its server and Node where the settings say they are', () => {
    const text = read(KONG)
    const { outDir } = parse(read('plugins/tsconfig.json')).compilerOptions
    const built = join('/src/plugins', outDir)
    assert.ok(text.includes(`COPY --from=build ${built} ${IMAGE.plugins}/tollgate\n`))
    assert.ok(text.includes(` ${IMAGE.node}\n`))
    const [modules] = IMAGE.pluginServer.split('/kong-pdk/bin/')
    assert.ok(text.includes(`/node_modules ${modules}\n`))
    const { devDependencies } = parse(read('package.json'))
    assert.ok(text.includes(` kong-pdk@${devDependencies['kong-pdk']}\n`))
  })

  test('leave out of their context what is built or installed', () => {
    for (const file of [KONG, TOLLGATE]) {
      const ignored = read(`${file}.dockerignore`).split('\n')
      for (const name of ['.git', '.tollgate', 'node_modules', 'dist']) assert.ok(ignored.includes(name), name)
    }
  })
})
