import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AttemptContext } from '../../core/attempt.js'
import type { ChatRequest } from '../../core/chat.js'
import type { AnswerOptions } from '../../core/delivery.js'
import { GatewayError } from '../../core/errors.js'
import type { Dialect } from '../../core/provider.js'
import { tally } from '../../core/tally.js'
import { translation } from '../../core/translation.js'
import { anthropicMessages } from '../../llm/dialects/anthropic-messages.js'
import { bedrockConverse } from '../../llm/dialects/bedrock-converse.js'
import { gemini } from '../../llm/dialects/gemini.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { openaiResponses } from '../../llm/dialects/openai-responses.js'
import { wholeBody } from '../../llm/framing/whole-body.js'
import { chatRequestOf } from '../support/chat-request.js'
import { TURNS } from '../support/turns.js'

const schema = { type: 'object' }
const REQUEST = chatRequestOf({ model: 'gpt-4', responseFormat: { type: 'json-schema', name: 'place', schema } })

function optionsFor(client: Dialect, from: Dialect, request: ChatRequest): AnswerOptions {
  const context: AttemptContext = {
    requestId: 'req-12/34',
    dialect: client,
    request,
    asked: request,
    original: undefined,
    length: 0,
    turns: TURNS,
    watches: [],
    framings: { forResponse: () => wholeBody } as never,
    outgoing: wholeBody,
    meter: { countText: () => 0, countPrompt: () => 0, cost: () => 0n, worstCost: () => 0n } as never,
    prompt: { count: () => ({ tokens: 0 }), known: () => undefined } as never,
    clock: { now: () => 1_700_000_000_999, monotonic: () => 0 },
  }
  const provider = { dialect: from } as AnswerOptions['provider']
  const nothing = () => {}
  return {
    ...{ place: 'last', request, context, provider, incoming: wholeBody, outgoing: wholeBody, tally: tally() },
    host: { headers: () => ({}), commit: nothing, fail: nothing, over: nothing },
  }
}

/** What the client is sent for this answer of a provider. */
function answered(client: Dialect, from: Dialect, body: object, restore?: Parameters<typeof translation>[2]) {
  const { body: transform } = translation(optionsFor(client, from, REQUEST), [], restore)
  const answers = [...(transform.push(Buffer.from(JSON.stringify(body))) as []), ...(transform.end('complete') as [])]
  const bytes = answers.flatMap((each: { kind: string; bytes?: Uint8Array }) => (each.bytes ? [each.bytes] : []))
  return JSON.parse(Buffer.concat(bytes).toString())
}

const converse = (content: readonly object[], stopReason = 'end_turn') => ({
  output: { message: { role: 'assistant', content } },
  stopReason,
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
})

test("an answer without a name of its own has one in the client's form, and the model asked for", () => {
  const named = [openaiChat, anthropicMessages, openaiResponses, gemini].map((client) => {
    const { id, responseId, model, modelVersion } = answered(client, bedrockConverse, converse([{ text: 'hi' }]))
    return [id ?? responseId, model ?? modelVersion]
  })
  assert.deepEqual(named, [
    ...[
      ['chatcmpl-req1234', 'gpt-4'],
      ['msg_req1234', 'gpt-4'],
      ['resp_req1234', 'gpt-4'],
      ['req1234', 'gpt-4'],
    ],
  ])
})

test('an answer that has a name keeps it', () => {
  const body = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content: [],
    stop_reason: 'end_turn',
  }
  const { id, model, created } = answered(openaiChat, anthropicMessages, body)
  assert.deepEqual([id, model, created], ['msg_1', 'claude', 1_700_000_000])
})

test('the call that stands for a schema reaches every client as text', () => {
  const { restore } = bedrockConverse.encodeRequest({ ...REQUEST, model: 'amazon.nova-pro-v1:0' }, {})
  const call = { toolUse: { toolUseId: 't', name: 'place', input: { city: 'Rome' } } }
  const body = converse([{ text: 'Sure.' }, call], 'tool_use')
  const { choices } = answered(openaiChat, bedrockConverse, body, restore?.())
  const [{ message, finish_reason: finish }] = choices
  assert.deepEqual([message.content, message.tool_calls, finish], ['{"city":"Rome"}', undefined, 'stop'])
  const { content, stop_reason: stop } = answered(anthropicMessages, bedrockConverse, body, restore?.())
  assert.deepEqual([content, stop], [[{ type: 'text', text: '{"city":"Rome"}' }], 'end_turn'])
})

/** A long answer, at work on its way to a client of another dialect; `turn` lets it go on. */
function longAnswer() {
  const waiting: (() => void)[] = []
  const pause = () => new Promise<void>((resolve) => void waiting.push(resolve))
  const options = optionsFor(openaiChat, bedrockConverse, REQUEST)
  const failures: GatewayError[] = []
  const turns = { clock: { monotonic: () => 0 }, pause }
  const host = { ...options.host, fail: (error: GatewayError) => void failures.push(error) }
  const answer = translation({ ...options, context: { ...options.context, turns }, host }, [])
  const text = 'a word or two '.repeat(140_000)
  answer.body.push(Buffer.from(JSON.stringify(converse([{ text }]))))
  const last = answer.body.end('complete')
  const turn = async () => {
    waiting.shift()?.()
    await new Promise(setImmediate)
    return waiting.length > 0
  }
  return { answer, text, last, turn, failures }
}

test('a long answer is written in turns, and comes whole', async () => {
  const { text, last, turn, failures } = longAnswer()
  let turns = 0
  while (await turn()) turns++
  const answers = await last
  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['head', 'bytes', 'end'],
  )
  assert.ok(turns > 2, `${turns} turns`)
  const [, body] = answers
  assert.ok(body?.kind === 'bytes')
  assert.equal(JSON.parse(Buffer.from(body.bytes).toString()).choices[0].message.content, text)
  assert.deepEqual(failures, [])
})

test('one that is given up while it is written fails once, and nothing of it comes', async () => {
  const { answer, last, turn, failures } = longAnswer()
  await turn()
  const gone = new GatewayError('upstream_timeout', 'too late')
  assert.deepEqual(
    answer.abort(gone).map(({ kind }) => kind),
    ['failed'],
  )
  while (await turn());
  assert.deepEqual(await last, [])
  assert.deepEqual(failures, [gone])
})
