import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { NotFoundError } from 'openai'
import { startWorld, type World } from './world.js'

let world: World
before(async () => {
  world = await startWorld({
    accounts: { oa: 'openai', an: 'anthropic' },
    models: { gpt: ['oa/gpt-target'], claude: ['an/claude-target', 'oa/gpt-target'], 'team/small:1': ['oa/small'] },
  })
})
after(() => world?.stop())

test('the list holds every configured name and nothing of the targets', async () => {
  const page = await world.client.models.list()
  assert.deepEqual(page.data.map((model) => model.id).sort(), ['claude', 'gpt', 'team/small:1'])
  assert.ok(page.data.every((model) => model.object === 'model'))
})

test('one model can be asked for, also with a slash in its name', async () => {
  assert.equal((await world.client.models.retrieve('gpt')).id, 'gpt')
  assert.equal((await world.client.models.retrieve('team/small:1')).id, 'team/small:1')
})

test('an unknown model is 404 model_not_found', async () => {
  await assert.rejects(world.client.models.retrieve('nope'), (error) => {
    assert.ok(error instanceof NotFoundError)
    assert.equal(error.code, 'model_not_found')
    return true
  })
})

test('listing models calls no provider', async () => {
  await world.client.models.list()
  assert.equal(world.provider.calls.length, 0)
})
