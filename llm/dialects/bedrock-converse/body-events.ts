import { isObject, type JsonObject } from '../../../core/json.js'
import { ranBy } from './words.js'

/** An event of a ConverseStream: its name and its payload. */
type WireEvent = readonly [name: string, payload: JsonObject]

/**
 * Spells a whole Converse body as the stream events that would have built it, so that both are read by the same code.
 * Undefined for what is no such body.
 */
export function eventsOfBody(body: JsonObject): readonly WireEvent[] | undefined {
  const message = isObject(body['output']) ? body['output']['message'] : undefined
  const content = isObject(message) ? message['content'] : undefined
  if (!Array.isArray(content) || !content.every(isObject)) return undefined
  const { stopReason, additionalModelResponseFields, usage, serviceTier } = body
  return [
    ['messageStart', { role: 'assistant', serviceTier }],
    ...content.flatMap((block: JsonObject, contentBlockIndex) => eventsOfBlock(block, contentBlockIndex)),
    ['messageStop', { stopReason, additionalModelResponseFields }],
    ['metadata', { usage }],
  ]
}

function eventsOfBlock(block: JsonObject, contentBlockIndex: number): readonly WireEvent[] {
  const delta = (value: JsonObject): WireEvent => ['contentBlockDelta', { delta: value, contentBlockIndex }]
  const start = (value: JsonObject): WireEvent => ['contentBlockStart', { start: value, contentBlockIndex }]
  const stop: WireEvent = ['contentBlockStop', { contentBlockIndex }]
  const { text, toolUse, reasoningContent, citationsContent } = block
  if (typeof text === 'string') return [delta({ text }), stop]
  if (isObject(toolUse) && ranBy(toolUse['type']) === 'client') {
    const { input, ...rest } = toolUse
    return [start({ toolUse: rest }), delta({ toolUse: { input: JSON.stringify(input ?? {}) } }), stop]
  }
  if (isObject(reasoningContent)) {
    const { reasoningText } = reasoningContent
    if (!isObject(reasoningText)) return [delta({ reasoningContent }), stop]
    const { text: thought, signature } = reasoningText
    const signed = signature === undefined ? [] : [delta({ reasoningContent: { signature } })]
    return [delta({ reasoningContent: { text: thought ?? '' } }), ...signed, stop]
  }
  if (isObject(citationsContent)) {
    const { content, citations } = citationsContent
    const pieces = Array.isArray(content) ? content.filter(isObject) : []
    const cited = Array.isArray(citations) ? citations.filter(isObject) : []
    return [
      ...pieces.map((piece) => delta({ text: piece['text'] ?? '' })),
      ...cited.map((citation) => delta({ citation })),
      stop,
    ]
  }
  // Kinds that only this API has stand whole in their start.
  return [start(block), stop]
}
