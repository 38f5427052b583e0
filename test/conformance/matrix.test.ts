import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stringify } from 'yaml'
import { providers } from '../../llm/providers/index.js'
import type { RunningHost } from '../support/host.js'
import { type FakeProvider, startProvider } from '../support/provider.js'
import { keyOf, STRICT_PLACES, type StrictPlace } from '../support/strict/places.js'
import { strictHandler } from '../support/strict/strict-api.js'
import { anthropicDriver } from './matrix/anthropic-driver.js'
import { geminiDriver } from './matrix/gemini-driver.js'
import { openaiChatDriver } from './matrix/openai-chat-driver.js'
import { responsesDriver } from './matrix/responses-driver.js'
import { SCENARIOS, type Scenario } from './matrix/scenarios.js'
import { startHost } from './subject.js'

const LIMIT = { timeout: 60_000 }
const DRIVERS = [openaiChatDriver, anthropicDriver, responsesDriver, geminiDriver]

/** What a vendor's models cannot do: its refusal is what the client must see. */
const REFUSED: Readonly<Record<string, readonly Scenario['needs'][]>> = { deepseek: ['image'] }

/** What an API has no word for, so that it cannot be asked of it. */
const UNSAID: Readonly<Record<string, readonly Scenario['needs'][]>> = { responses: ['stop'] }

let provider: FakeProvider
let host: RunningHost
before(async () => {
  provider = await startProvider()
  for (const { name, api } of STRICT_PLACES) provider.at(name, strictHandler(api))
  host = await startHost({
    config: stringify({
      version: 1,
      providers: Object.fromEntries(STRICT_PLACES.map((place) => [place.name, accountAt(place, provider.url)])),
      models: Object.fromEntries(
        STRICT_PLACES.map(({ name, model, bound }) => [
          name,
          { targets: [{ provider: name, model, ...(bound && { api: bound }) }] },
        ]),
      ),
    }),
  })
})
after(async () => {
  await host?.stop()
  await provider?.stop()
})

const accountAt = ({ name, config }: StrictPlace, url: string) => ({
  ...{ ...config, baseUrl: `${url}${config.baseUrl}`, apiKey: keyOf(name) },
})

test('every provider kind that chats has a strict place', () => {
  const kinds = new Set(STRICT_PLACES.map(({ config }) => config.kind))
  const chats = [...providers.values()].filter((family) => family.serving('any')[0].dialect.task === 'chat')
  assert.deepEqual(
    chats.map(({ kind }) => kind).filter((kind) => !kinds.has(kind)),
    [],
  )
})

for (const { name } of STRICT_PLACES) {
  for (const connect of DRIVERS) {
    test(`${connect('http://none').name} to ${name}`, LIMIT, async (t) => {
      const driver = connect(host.url)
      for (const scenario of SCENARIOS) {
        if (scenario.needs && (driver.lacks.includes(scenario.needs) || UNSAID[name]?.includes(scenario.needs)))
          continue
        const pairing = { driver, model: name }
        await t.test(scenario.name, () =>
          REFUSED[name]?.includes(scenario.needs)
            ? assert.rejects(scenario.run(pairing), (error) => driver.errorIn(error).status === 400)
            : scenario.run(pairing),
        )
      }
    })
  }
}
