import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import { type GenerateContentResponse, GoogleGenAI, type Part } from '@google/genai'
import type OpenAI from 'openai'
import { anthropicJson, anthropicStream, openaiJson, openaiStream } from '../support/answers.js'
import { converseApi } from '../support/strict/converse-api.js'
import { geminiApi } from '../support/strict/gemini-api.js'
import type { Said } from '../support/strict/strict-api.js'
import { CLIENT_KEY, startWorld, type World } from './world.js'

const LIMIT = { timeout: 60_000 }

const EMAIL = 'jane.roe@acme-widgets.com'
/** A value that JSON has to escape. */
const ADDRESS = 'Flat "12"\nHill Röad'
/** What the provider comes up with itself, each behind the mask that takes its place. */
const NEW_VALUES = { '[EMAIL]': 'new.person@other-corp.com', '[CREDIT_CARD]': '5555 5555 5555 4444' }
const FRAGMENT = 6

const BEDROCK = { kind: 'bedrock-converse', region: 'us-east-1' }
const converse = converseApi('', '')
const google = geminiApi('', '', { surface: 'gemini', model: 'gemini-2.5-flash' })

interface Wire {
  whole(said: Said): object
  stream(said: Said): readonly (string | Uint8Array)[]
  readonly streamType?: string
}

const TARGETS: Readonly<Record<string, Wire>> = {
  oa: {
    whole: (said) => openaiJson(said.pieces.join(''), optionsOf(said)),
    stream: (said) => openaiStream(said.pieces, optionsOf(said)),
  },
  an: {
    whole: (said) => anthropicJson(said.pieces.join(''), optionsOf(said)),
    stream: (said) => anthropicStream(said.pieces, optionsOf(said)),
  },
  ge: google,
  be: converse,
}

function optionsOf({ thought = '', calls }: Said) {
  return {
    reasoning: thought,
    calls: calls.map(({ name, args }) => ({ id: 'call_1', name, pieces: inPieces(JSON.stringify(args), 7) })),
  }
}

let world: World
let anthropic: Anthropic
let gemini: GoogleGenAI
before(async () => {
  world = await startWorld({
    accounts: { oa: { kind: 'compatible' }, an: 'anthropic', ge: { kind: 'gemini' }, be: BEDROCK },
    models: {
      oa: ['oa/some-model'],
      an: ['an/claude-sonnet-4-5'],
      ge: ['ge/gemini-2.5-flash'],
      be: ['be/us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    },
    settings: {
      identity: { headers: { team: 'x-team-id' } },
      pii: ['report', 'mask'].map((answers) => ({
        ...{ name: answers, match: { team: answers }, mode: 'restore', answers },
        patterns: [{ name: 'address', pattern: 'Flat "\\d+"\nHill Röad' }],
      })),
    },
  })
  anthropic = new Anthropic({ baseURL: world.host.url, apiKey: CLIENT_KEY, maxRetries: 0, timeout: 15_000 })
  gemini = new GoogleGenAI({ apiKey: CLIENT_KEY, httpOptions: { baseUrl: world.host.url, timeout: 15_000 } })
})
after(() => world?.stop())

const inPieces = (text: string, size: number): readonly string[] => text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? []

/** What the model says with these words for the client's values, and for its own. */
function saidWith(email: string, address: string, [mail = '', card = '']: readonly string[]): Said {
  const text = `«${email}» or ${email}; [EMAIL_ 🙂\\n${address}, not EMAIL_7K2M9QXW, ${mail} pays by ${card}.`
  const args = { to: email, [email]: [address, 'é"\\\n', mail], note: `${card}, ${email}` }
  return {
    ...{ kind: 'answer', end: 'complete', thought: `${mail} is not ${email}. Is ${card} ${address}?` },
    ...{ pieces: inPieces(text, 8), calls: [{ name: 'send', args }] },
  }
}

/** What a client has read of an answer; nothing where its API has no word for it. */
interface Heard {
  readonly text: string
  readonly thought?: string
  readonly args?: unknown
}

type Ask = { readonly model: string; readonly team: string; readonly streamed: boolean }
const PROMPT = `Mail ${EMAIL} of ${ADDRESS}`
const headersOf = ({ team }: Ask) => ({ headers: { 'x-team-id': team } })
const SCHEMA = { type: 'object' as const, properties: { to: { type: 'string' as const } } }

const CLIENTS: Readonly<Record<string, (ask: Ask) => Promise<Heard>>> = {
  async chat(ask) {
    const body = {
      ...{ model: ask.model, messages: [{ role: 'user' as const, content: PROMPT }] },
      tools: [{ type: 'function' as const, function: { name: 'send', parameters: SCHEMA } }],
    }
    const { completions } = world.client.chat
    if (!ask.streamed) {
      const { choices } = await completions.create(body, headersOf(ask))
      return chatHeard(choices.map(({ message }) => message))
    }
    const deltas: object[] = []
    for await (const { choices } of await completions.create({ ...body, stream: true }, headersOf(ask)))
      deltas.push(...choices.map(({ delta }) => delta))
    return chatHeard(deltas)
  },
  async responses(ask) {
    const tools = [{ type: 'function' as const, name: 'send', parameters: SCHEMA, strict: false }]
    const body = { model: ask.model, input: PROMPT, tools }
    if (!ask.streamed) return responseHeard(await world.client.responses.create(body, headersOf(ask)))
    const stream = world.client.responses.stream(body, headersOf(ask))
    let text = ''
    stream.on('response.output_text.delta', ({ delta }) => {
      text += delta
    })
    const heard = responseHeard(await stream.finalResponse())
    assert.equal(text, heard.text)
    return heard
  },
  async completions(ask) {
    const body = { model: ask.model, prompt: PROMPT, max_tokens: 500 }
    if (!ask.streamed) {
      return { text: (await world.client.completions.create(body, headersOf(ask))).choices[0]?.text ?? '' }
    }
    let text = ''
    for await (const { choices } of await world.client.completions.create({ ...body, stream: true }, headersOf(ask)))
      text += choices[0]?.text ?? ''
    return { text }
  },
  async anthropic(ask) {
    const body = {
      ...{ model: ask.model, max_tokens: 500, messages: [{ role: 'user' as const, content: PROMPT }] },
      tools: [{ name: 'send', input_schema: SCHEMA }],
    }
    const { content } = ask.streamed
      ? await anthropic.messages.stream(body, headersOf(ask)).finalMessage()
      : await anthropic.messages.create(body, headersOf(ask))
    const texts = content.flatMap((block) => (block.type === 'text' ? block.text : []))
    const thoughts = content.flatMap((block) => (block.type === 'thinking' ? block.thinking : []))
    const [args] = content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : []))
    return { text: texts.join(''), thought: thoughts.join(''), args }
  },
  async gemini(ask) {
    const declared = { name: 'send', parametersJsonSchema: SCHEMA }
    const config = { tools: [{ functionDeclarations: [declared] }], httpOptions: headersOf(ask) }
    const body = { model: ask.model, contents: PROMPT, config }
    const parts: Part[] = []
    const read = ({ candidates }: GenerateContentResponse) => parts.push(...(candidates?.[0]?.content?.parts ?? []))
    if (!ask.streamed) read(await gemini.models.generateContent(body))
    else for await (const chunk of await gemini.models.generateContentStream(body)) read(chunk)
    const texts = (thought: boolean) => parts.filter((part) => (part.thought ?? false) === thought)
    const [args] = parts.flatMap(({ functionCall }) => functionCall?.args ?? [])
    return { text: joined(texts(false)), thought: joined(texts(true)), args }
  },
}

const joined = (parts: readonly { readonly text?: string | undefined }[]) => parts.map(({ text = '' }) => text).join('')

/** Whole messages, and deltas of one. */
function chatHeard(messages: readonly object[]): Heard {
  const said = messages as readonly {
    readonly content?: string | null
    readonly reasoning_content?: string
    readonly tool_calls?: readonly { readonly function?: { readonly arguments?: string } }[]
  }[]
  return {
    text: said.map(({ content }) => content ?? '').join(''),
    thought: said.map(({ reasoning_content: thought = '' }) => thought).join(''),
    args: JSON.parse(
      said.flatMap(({ tool_calls: calls = [] }) => calls.map((call) => call.function?.arguments ?? '')).join(''),
    ),
  }
}

function responseHeard({ output, output_text: text }: OpenAI.Responses.Response): Heard {
  const thoughts = output.flatMap((item) =>
    item.type === 'reasoning' ? [...item.summary, ...(item.content ?? [])] : [],
  )
  const [args] = output.flatMap((item) => (item.type === 'function_call' ? [JSON.parse(item.arguments)] : []))
  return { text, thought: joined(thoughts), args }
}

/** How the provider's bytes are cut: in pieces of `size`, the first of which is `phase` long. */
type Cutting = { readonly size: number; readonly phase: number }

function answerWith(account: string, wire: Wire, { size, phase }: Cutting): void {
  world.provider.at(account, async ({ bodyText, body, path }, reply) => {
    const sent = (entity: string) => new RegExp(`\\[${entity}_[0-9A-Z]{10}\\]`).exec(bodyText)?.[0] ?? 'no placeholder'
    assert.ok(!bodyText.includes(EMAIL) && !bodyText.includes('Flat '), 'values have not left')
    const said = saidWith(sent('EMAIL'), sent('ADDRESS'), Object.values(NEW_VALUES))
    if (!body['stream'] && !/stream/i.test(path)) return reply.json(200, wire.whole(said))
    const bytes = Buffer.concat(wire.stream(said).map((piece) => Buffer.from(piece)))
    reply.head(200, { 'content-type': wire.streamType ?? 'text/event-stream' })
    for (let at = 0; at < bytes.length; ) {
      const end = at === 0 && phase > 0 ? phase : at + size
      await reply.write(bytes.subarray(at, end))
      await turn()
      at = end
    }
    reply.end()
  })
}

/** No part of a value that is masked, wherever it stands. */
function assertHidden(heard: Heard): void {
  const text = JSON.stringify(heard)
  for (const value of Object.values(NEW_VALUES)) {
    for (let at = 0; at + FRAGMENT <= value.length; at++)
      assert.ok(!text.includes(value.slice(at, at + FRAGMENT)), text)
  }
}

const CUTTINGS: readonly Cutting[] = [
  ...Array.from({ length: 7 }, (_, phase) => ({ size: 7, phase })),
  { size: 1, phase: 0 },
]
/** Nothing is held for new values there. */
const FEWER = CUTTINGS.filter(({ phase }) => phase % 3 === 1)

for (const [model, wire] of Object.entries(TARGETS)) {
  for (const [client, heardBy] of Object.entries(CLIENTS)) {
    for (const team of ['report', 'mask']) {
      test(`${client} of ${model}, new values: ${team}, however the bytes are cut`, LIMIT, async () => {
        const own = team === 'mask' ? Object.keys(NEW_VALUES) : Object.values(NEW_VALUES)
        const said = saidWith(EMAIL, ADDRESS, own)
        answerWith(model, wire, { size: 7, phase: 0 })
        const whole = await heardBy({ model, team, streamed: false })
        assert.equal(whole.text, said.pieces.join(''))
        if (whole.thought !== undefined) assert.equal(whole.thought, said.thought)
        if ('args' in whole) assert.deepEqual(whole.args, said.calls[0]?.args)
        for (const cutting of team === 'mask' ? CUTTINGS : FEWER) {
          answerWith(model, wire, cutting)
          const streamed = await heardBy({ model, team, streamed: true })
          assert.deepEqual(streamed, whole, `pieces of ${cutting.size} from ${cutting.phase} on`)
          if (team === 'mask') assertHidden(streamed)
        }
      })
    }
  }
}
