import assert from 'node:assert/strict'
import { LONG, REPORT, USAGE, VENDOR_WORDS } from '../../support/strict/script.js'
import type { Ask, Driver, Manner } from './conversation.js'

/** Who asks whom. */
export interface Pairing {
  readonly driver: Driver
  /** The model that leads to the place. */
  readonly model: string
}

/** One thing that a client of any dialect does with a model of any provider. */
export interface Scenario {
  readonly name: string
  /** What a client's API and a provider must both have for it. */
  readonly needs?: 'stop' | 'image'
  run(pairing: Pairing): Promise<void>
}

/** Where conversations begin that go on elsewhere: ids, thoughts and signatures of every form. */
const ORIGINS = ['openai', 'deepseek', 'anthropic', 'gemini-3', 'fireworks']

const MANNERS: readonly Manner[] = ['whole', 'streamed']

const PNG = {
  mediaType: 'image/png',
  base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
} as const

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, degrees: { type: 'integer' } },
  required: ['city', 'degrees'],
  additionalProperties: false,
}

/** What a conversation about two cities begins with. */
const TWO_CITIES: Ask = { system: 'Be brief.', text: 'weather in Rome and Paris?', weather: 'may be called' }
const RESULTS = ['rain', 'sun']
const SUMMARY = 'Rome: rain;Paris: sun;'

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'text, with the words of the system and usage',
    run: inBothManners(async ({ driver, model }, manner) => {
      const heard = await driver.start({ system: 'Be brief.', text: 'hello' }).send(model, manner)
      assert.equal(heard.text, 'Be brief. one two three four')
      assert.equal(heard.finish, 'stop')
      assert.deepEqual(heard.tokens, USAGE)
    }),
  },
  {
    name: 'a tool that must be called',
    run: inBothManners(async ({ driver, model }, manner) => {
      const heard = await driver.start({ text: 'weather in Rome?', weather: 'must be called' }).send(model, manner)
      assert.deepEqual(heard.calls, [{ name: 'weather', args: { city: 'Rome' } }])
      assert.equal(heard.finish, 'tools')
    }),
  },
  {
    name: 'parallel calls with their results, and on without the tools',
    run: inBothManners(async ({ driver, model }, manner) => {
      const conversation = driver.start(TWO_CITIES)
      const { calls } = await conversation.send(model, manner)
      assert.deepEqual(
        calls.map(({ args }) => args['city']),
        ['Rome', 'Paris'],
      )
      conversation.giveResults(RESULTS)
      const second = await conversation.send(model, manner)
      assert.equal(second.text, SUMMARY)
      conversation.add({ text: 'and now?' })
      const third = await conversation.send(model, manner)
      assert.equal(third.text, 'Be brief. one two three four')
    }),
  },
  ...ORIGINS.map(begunAt),
  {
    name: 'a picture',
    needs: 'image',
    run: inBothManners(async ({ driver, model }, manner) => {
      const heard = await driver.start({ text: 'what is this?', image: PNG }).send(model, manner)
      assert.equal(heard.text, `image/png of ${Buffer.from(PNG.base64, 'base64').length} bytes`)
    }),
  },
  {
    name: 'an answer by a JSON Schema',
    run: inBothManners(async ({ driver, model }, manner) => {
      const heard = await driver.start({ text: 'report', schema: SCHEMA }).send(model, manner)
      assert.deepEqual(JSON.parse(heard.text), REPORT)
      assert.deepEqual(heard.calls, [])
      assert.equal(heard.finish, 'stop')
    }),
  },
  {
    name: 'stop sequences',
    needs: 'stop',
    run: inBothManners(async ({ driver, model }, manner) => {
      const heard = await driver
        .start({ system: 'Be brief.', text: 'hello', stop: ['three', '###'] })
        .send(model, manner)
      assert.equal(heard.text.trim(), 'Be brief. one two')
      assert.equal(heard.finish, 'stop')
    }),
  },
  {
    name: "the vendor's errors, also in the middle of a stream",
    run: async ({ driver, model }) => {
      for (const manner of MANNERS) {
        for (const [status, seen] of [
          [400, 400],
          [429, 429],
          [500, 502],
        ] as const) {
          const error = await thrownBy(driver.start({ text: `fail ${status}` }).send(model, manner))
          const { status: got, message } = driver.errorIn(error)
          assert.equal(got, seen, `${manner}, ${status}: ${message}`)
          if (status === 400) assert.ok(message.includes(VENDOR_WORDS), message)
        }
      }
      // Reads what the library throws for an error of the API; anything else it throws again.
      driver.errorIn(await thrownBy(driver.start({ text: 'fail midway' }).send(model, 'streamed')))
    },
  },
  {
    name: `a stream of ${LONG} pieces, one by one`,
    run: async ({ driver, model }) => {
      const heard = await driver.start({ text: 'count' }).send(model, 'streamed')
      assert.equal(heard.text, Array.from({ length: LONG }, (_, index) => `${index} `).join(''))
      assert.ok(heard.pieces >= LONG, `${heard.pieces} pieces`)
    },
  },
]

/** A model's calls and thoughts go back to another model, with the ids and signatures that it gave them. */
function begunAt(origin: string): Scenario {
  return {
    name: `a conversation with thoughts and parallel calls that began at ${origin}`,
    run: inBothManners(async ({ driver, model }, manner) => {
      const conversation = driver.start({ ...TWO_CITIES, text: `think: ${TWO_CITIES.text}` })
      const { calls } = await conversation.send(origin, manner)
      assert.equal(calls.length, 2)
      conversation.giveResults(RESULTS)
      assert.equal((await conversation.send(model, manner)).text, SUMMARY)
    }),
  }
}

function inBothManners(run: (pairing: Pairing, manner: Manner) => Promise<void>): Scenario['run'] {
  return async (pairing) => {
    for (const manner of MANNERS) await run(pairing, manner)
  }
}

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(thrown !== undefined, 'nothing was thrown')
  return thrown
}
