import { openaiJson, openaiStream, sse } from '../answers.js'
import type { ProviderCall } from '../provider.js'
import { checkChat } from './chat-check.js'
import type { ChatRules } from './chat-rules.js'
import { VENDOR_WORDS } from './script.js'
import { checkEnvelope, type Envelope, type Said, type StrictApi } from './strict-api.js'

/** Chat Completions by a vendor's rules. */
export function chatApi(rules: ChatRules, envelope: Envelope): StrictApi {
  const options = ({ thought, calls }: Said) => ({
    ...(thought !== undefined && rules.thoughts === 'told' && { reasoning: thought }),
    calls: calls.map(({ name, args }, position) => {
      const text = JSON.stringify(args)
      return { id: rules.callId(position), name, pieces: [text.slice(0, 5), text.slice(5)] }
    }),
  })
  const error: StrictApi['error'] = (status, message, violation) =>
    rules.error(message, { status, param: violation?.param ?? null, code: violation?.code ?? null })
  return {
    read(call: ProviderCall) {
      checkEnvelope(call, envelope)
      return checkChat(call.body, rules)
    },
    whole: (said) => openaiJson(said.calls.length > 0 ? null : said.pieces.join(''), options(said)),
    stream(said) {
      const frames = openaiStream(said.pieces, options(said))
      if (said.end === 'complete') return frames
      return [
        ...frames.slice(0, 1 + said.pieces.length),
        sse({ error: { message: VENDOR_WORDS, type: 'server_error', code: null } }),
      ]
    },
    streamType: 'text/event-stream; charset=utf-8',
    error,
  }
}
