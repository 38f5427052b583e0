import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openaiJson, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { type FakeProvider, startProvider } from '../support/provider.js'
import { lockstep } from './lockstep.js'
import { startHost } from './subject.js'
import { type Account, configText, startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]
/** The file's change must be in force within a second; the rest is for a busy machine. */
const SOON = 2500

let world: World
before(async () => {
  world = await startWorld({ accounts: { oa: 'openai' }, models: { gpt: ['oa/gpt-target'] } })
})
after(() => world?.stop())

/** A configuration whose model `NAME` leads to a provider of the same name, besides the first one. */
function withModel(provider: FakeProvider, name: string): string {
  const accounts: Readonly<Record<string, Account>> = { oa: 'openai', [name]: 'openai' }
  provider.at(name, (_, reply) => reply.json(200, openaiJson(name)))
  return configText(provider.url, { accounts, models: { gpt: ['oa/gpt-target'], [name]: [`${name}/x`] } })
}

async function statusOf(url: string, model: string): Promise<number> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: USER }),
  })
  await answer.arrayBuffer()
  return answer.status
}

const reachable = (url: string, model: string) =>
  eventually(`${model} answers`, async () => (await statusOf(url, model)) === 200, SOON)

test('a new model of a new provider answers without a restart', LIMIT, async () => {
  assert.equal(await statusOf(world.host.url, 'fresh'), 404)
  await world.host.writeConfig(withModel(world.provider, 'fresh'))
  await reachable(world.host.url, 'fresh')
  assert.ok((await world.client.models.list()).data.some((model) => model.id === 'fresh'))
})

test('a provider that has just appeared never answers with an error of the gateway', LIMIT, async () => {
  await world.host.writeConfig(withModel(world.provider, 'sudden'))
  const seen = new Set<number>()
  await eventually(
    'sudden answers',
    async () => {
      const status = await statusOf(world.host.url, 'sudden')
      seen.add(status)
      return status === 200
    },
    SOON,
  )
  // Not known yet, then there: nothing in between.
  assert.deepEqual(
    [...seen].filter((status) => status !== 404 && status !== 200),
    [],
  )
})

test('an invalid file changes nothing and readiness says why', LIMIT, async () => {
  await world.host.writeConfig(withModel(world.provider, 'kept'))
  await reachable(world.host.url, 'kept')
  const cases = [
    ['version: 1\nproviders: [', '2:'],
    ['version: 1\nproviders: {}\nmodels: {}\nnonsense: true\n', 'nonsense'],
    ['', '1:1'],
  ]
  for (const [invalid = '', told = ''] of cases) {
    await world.host.writeConfig(invalid)
    await eventually(
      'readiness tells of the invalid file',
      async () => {
        const detail = await (await fetch(`${world.host.adminUrl}/readyz`)).text()
        return detail.includes(told) && detail.includes('tollgate.yaml')
      },
      SOON,
    )
    assert.equal(await statusOf(world.host.url, 'kept'), 200)
  }
  await world.host.writeConfig(withModel(world.provider, 'repaired'))
  await reachable(world.host.url, 'repaired')
})

test('a stream that runs during a reload finishes on the configuration that admitted it', LIMIT, async () => {
  await world.host.writeConfig(withModel(world.provider, 'old'))
  await reachable(world.host.url, 'old')
  const steps = lockstep()
  world.provider.at('old', async (_, reply) => {
    const frames = openaiStream(['before ', 'after'])
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(frames.slice(0, 2).join(''))
    await steps.seen(1)
    reply.end(frames.slice(2).join(''))
  })
  const stream = await world.client.chat.completions.create({ model: 'old', messages: USER, stream: true })
  let text = ''
  let reloaded = false
  for await (const chunk of stream) {
    const piece = chunk.choices[0]?.delta.content ?? ''
    text += piece
    if (piece === '' || reloaded) continue
    reloaded = true
    await world.host.writeConfig(withModel(world.provider, 'new'))
    await reachable(world.host.url, 'new')
    assert.equal(await statusOf(world.host.url, 'old'), 404)
    steps.saw()
  }
  assert.equal(text, 'before after')
  await world.settled()
})

test('a model that is taken away is 404 afterwards', LIMIT, async () => {
  await world.host.writeConfig(withModel(world.provider, 'gone'))
  await reachable(world.host.url, 'gone')
  await world.host.writeConfig(withModel(world.provider, 'other'))
  await eventually('gone is 404', async () => (await statusOf(world.host.url, 'gone')) === 404, SOON)
})

test('a file written in place is read again', LIMIT, async () => {
  await writeFile(world.host.configPath, withModel(world.provider, 'inplace'))
  await reachable(world.host.url, 'inplace')
  await writeFile(world.host.configPath, withModel(world.provider, 'inplace2'))
  await reachable(world.host.url, 'inplace2')
})

test('a swapped directory link, as Kubernetes mounts a ConfigMap, is read again', LIMIT, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-mount-'))
  const provider = await startProvider()
  const revision = async (name: string, text: string) => {
    await mkdir(join(dir, name))
    await writeFile(join(dir, name, 'tollgate.yaml'), text)
    await symlink(name, join(dir, '..next'))
    await rename(join(dir, '..next'), join(dir, '..data'))
  }
  try {
    const config = withModel(provider, 'first')
    await revision('..1', config)
    await symlink(join('..data', 'tollgate.yaml'), join(dir, 'tollgate.yaml'))
    const host = await startHost({ config, configPath: join(dir, 'tollgate.yaml') })
    try {
      assert.equal(await statusOf(host.url, 'first'), 200)
      await revision('..2', withModel(provider, 'second'))
      await rm(join(dir, '..1'), { recursive: true })
      await reachable(host.url, 'second')
      await revision('..3', withModel(provider, 'third'))
      await reachable(host.url, 'third')
    } finally {
      await host.stop()
    }
  } finally {
    await provider.stop()
    await rm(dir, { recursive: true, force: true })
  }
})
