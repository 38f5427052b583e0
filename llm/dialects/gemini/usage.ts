import type { Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { defined } from '../shared/defined.js'
import { countAt, listOf, member } from './members.js'

/**
 * Reads `usageMetadata`. Google counts the results of its own tools apart from the prompt, and thoughts apart from the
 * candidates; counts of 0 are left out.
 */
export function usageOf(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined
  const prompt = sum(countAt(value, 'promptTokenCount'), countAt(value, 'toolUsePromptTokenCount'))
  const reasoning = countAt(value, 'thoughtsTokenCount')
  const usage = defined<Usage>({
    prompt,
    cachedPrompt: countAt(value, 'cachedContentTokenCount'),
    completion: sum(countAt(value, 'candidatesTokenCount'), reasoning) ?? restOf(value, prompt),
    reasoning,
    audioPrompt: audioIn(member(value, 'promptTokensDetails')),
    audioCompletion: audioIn(member(value, 'candidatesTokensDetails')),
  })
  return Object.keys(usage).length === 0 ? undefined : usage
}

/** An answer that was blocked before it began has a prompt and a total, and nothing between them. */
function restOf(value: JsonObject, prompt: number | undefined): number | undefined {
  const total = countAt(value, 'totalTokenCount')
  return total === undefined || prompt === undefined ? undefined : Math.max(0, total - prompt)
}

const sum = (a: number | undefined, b: number | undefined) =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)

function audioIn(details: JsonValue | undefined): number | undefined {
  const entry = listOf(details).find((each) => isObject(each) && each['modality'] === 'AUDIO')
  return isObject(entry) ? countAt(entry, 'tokenCount') : undefined
}

/** Writes `usageMetadata` as Google counts. */
export function usageMetadata(usage: Usage): JsonObject {
  const prompt = usage.prompt ?? 0
  const completion = usage.completion ?? 0
  return defined({
    promptTokenCount: prompt,
    candidatesTokenCount: Math.max(0, completion - (usage.reasoning ?? 0)),
    thoughtsTokenCount: usage.reasoning,
    cachedContentTokenCount: usage.cachedPrompt,
    totalTokenCount: prompt + completion,
    promptTokensDetails: detailsOf(usage.audioPrompt, prompt),
    candidatesTokensDetails: detailsOf(usage.audioCompletion, completion - (usage.reasoning ?? 0)),
  })
}

/** By modality, where there was sound. */
function detailsOf(audio: number | undefined, all: number): readonly JsonObject[] | undefined {
  if (audio === undefined || audio === 0) return undefined
  const text = Math.max(0, all - audio)
  return [{ modality: 'AUDIO', tokenCount: audio }, ...(text === 0 ? [] : [{ modality: 'TEXT', tokenCount: text }])]
}
