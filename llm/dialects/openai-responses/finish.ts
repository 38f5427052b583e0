import type { FinishReason } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/** Why a response ended, in the vocabulary and in the provider's word: its status, or the reason for an incomplete one. */
export function finishOf(
  response: JsonObject,
  called: 'tools' | 'nothing',
): { readonly reason: FinishReason; readonly raw: string } {
  const { status, incomplete_details: details } = response
  if (status === 'completed') return { reason: called === 'tools' ? 'tool-calls' : 'stop', raw: status }
  if (status !== 'incomplete') return { reason: 'other', raw: typeof status === 'string' ? status : '' }
  const why = isObject(details) ? details.reason : undefined
  return { reason: incompleteReason(why), raw: typeof why === 'string' ? why : status }
}

function incompleteReason(why: JsonValue | undefined): FinishReason {
  if (why === 'max_output_tokens') return 'length'
  return why === 'content_filter' ? 'content-filter' : 'other'
}

/** The `incomplete_details.reason` of an answer that did not come to its end; undefined for one that did. */
export function incompleteWord(
  reason: FinishReason,
  saidRefusal: 'with-refusal' | 'without-refusal',
): 'max_output_tokens' | 'content_filter' | undefined {
  switch (reason) {
    case 'stop':
    case 'tool-calls':
    case 'other':
      return undefined
    case 'length':
      return 'max_output_tokens'
    case 'content-filter':
      return 'content_filter'
    case 'refusal':
      return saidRefusal === 'with-refusal' ? undefined : 'content_filter'
  }
}
