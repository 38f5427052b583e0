import { anthropicError, anthropicJson, anthropicStream, event } from '../answers.js'
import type { ProviderCall } from '../provider.js'
import { type AnthropicSurface, checkAnthropic } from './anthropic-check.js'
import { bedrockMessage } from './eventstream.js'
import { VENDOR_WORDS } from './script.js'
import { checkEnvelope, type Said, type StrictApi } from './strict-api.js'
import { Violation } from './violation.js'

const CALL_ID = 'toolu_01A09q90qw90lq917835lq'

/** Anthropic's Messages API, with the model in the body: https://docs.anthropic.com/en/api/messages */
export function anthropicApi(path: string, key: string): StrictApi {
  return {
    read(call) {
      checkEnvelope(call, { path, header: 'x-api-key', value: key })
      if (call.headers['anthropic-version'] !== '2023-06-01')
        throw new Violation('anthropic-version: header is required')
      return checkAnthropic(call.body, 'own')
    },
    whole,
    stream: events,
    streamType: 'text/event-stream; charset=utf-8',
    error: anthropicErrorBody,
  }
}

/** The same behind Vertex AI's rawPredict and streamRawPredict. */
export function vertexClaudeApi(path: string, key: string): StrictApi {
  return {
    ...anthropicApi(path, key),
    read(call) {
      const stream = call.path === `${path}:streamRawPredict`
      checkEnvelope(call, {
        path: `${path}:${stream ? 'streamRawPredict' : 'rawPredict'}`,
        header: 'x-goog-api-key',
        value: key,
      })
      const understood = checkAnthropic(call.body, 'vertex', stream)
      if ((call.body['stream'] === true) !== stream) throw new Violation('stream: does not agree with the method')
      return understood
    },
  }
}

/** The same behind Bedrock's InvokeModel, whose stream carries Anthropic's events in messages of its own. */
export function bedrockClaudeApi(path: string, key: string): StrictApi {
  const surface: AnthropicSurface = 'bedrock'
  return {
    read(call: ProviderCall) {
      const stream = call.path === `${path}/invoke-with-response-stream`
      const expected = `${path}/${stream ? 'invoke-with-response-stream' : 'invoke'}`
      checkEnvelope(call, { path: expected, header: 'authorization', value: `Bearer ${key}` })
      return checkAnthropic(call.body, surface, stream)
    },
    whole,
    stream(said) {
      const chunks = events({ ...said, end: 'complete' }).map((text) => {
        const bytes = Buffer.from(/^data: (.*)$/m.exec(text)?.[1] ?? '').toString('base64')
        return bedrockMessage({ type: 'chunk', payload: { bytes } })
      })
      if (said.end === 'complete') return chunks
      const failure = { exception: 'modelStreamErrorException', payload: { message: VENDOR_WORDS } }
      return [...chunks.slice(0, 2 + said.pieces.length), bedrockMessage(failure)]
    },
    streamType: 'application/vnd.amazon.eventstream',
    error: (_, message) => ({ message }),
    errorHeaders: (status) => ({
      'x-amzn-errortype': status === 400 ? 'ValidationException' : 'InternalServerException',
    }),
  }
}

const options = ({ thought, calls }: Said) => ({
  ...(thought !== undefined && { reasoning: thought }),
  calls: calls.map(({ name, args }, position) => {
    const text = JSON.stringify(args)
    return { id: `${CALL_ID}${position}`, name, pieces: [text.slice(0, 5), text.slice(5)] }
  }),
})

const whole = (said: Said) => anthropicJson(said.calls.length > 0 ? null : said.pieces.join(''), options(said))

function events(said: Said): readonly string[] {
  const frames = anthropicStream(said.pieces, options(said))
  if (said.end === 'complete') return frames
  return [
    ...frames.slice(0, 2 + said.pieces.length),
    event('error', { error: { type: 'api_error', message: VENDOR_WORDS } }),
  ]
}

const TYPES: Readonly<Record<number, string>> = {
  ...{ 400: 'invalid_request_error', 401: 'authentication_error', 404: 'not_found_error', 429: 'rate_limit_error' },
}

const anthropicErrorBody: StrictApi['error'] = (status, message) =>
  anthropicError(message, TYPES[status] ?? 'api_error')
