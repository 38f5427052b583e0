import type { Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { defined } from '../shared/defined.js'
import { countAt, countOf, listOf, withCamelNames } from './members.js'

/**
 * Reads `usageMetadata`. Google counts the results of its own tools apart from the prompt, and thoughts apart from the
 * candidates; counts of 0 are left out.
 */
export function usageOf(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined
  const counts = withCamelNames(value)
  const prompt = sum(countOf(counts['promptTokenCount']), countOf(counts['toolUsePromptTokenCount']))
  const cachedPrompt = countOf(counts['cachedContentTokenCount'])
  const reasoning = countOf(counts['thoughtsTokenCount'])
  const completion = sum(countOf(counts['candidatesTokenCount']), reasoning) ?? restOf(counts, prompt)
  const audioPrompt = audioIn(counts['promptTokensDetails'])
  const audioCompletion = audioIn(counts['candidatesTokensDetails'])
  // Every chunk has usage: members are set one by one because an object of all of them would have to be copied without some.
  const usage: { -readonly [K in keyof Usage]: Usage[K] } = {}
  if (prompt !== undefined) usage.prompt = prompt
  if (cachedPrompt !== undefined) usage.cachedPrompt = cachedPrompt
  if (completion !== undefined) usage.completion = completion
  if (reasoning !== undefined) usage.reasoning = reasoning
  if (audioPrompt !== undefined) usage.audioPrompt = audioPrompt
  if (audioCompletion !== undefined) usage.audioCompletion = audioCompletion
  return Object.keys(usage).length === 0 ? undefined : usage
}

/** Whether nothing has changed between two chunks. */
export function sameUsage(before: Usage, now: Usage): boolean {
  return (
    before.prompt === now.prompt &&
    before.completion === now.completion &&
    before.reasoning === now.reasoning &&
    before.cachedPrompt === now.cachedPrompt &&
    before.audioPrompt === now.audioPrompt &&
    before.audioCompletion === now.audioCompletion &&
    before.webSearches === now.webSearches
  )
}

/** An answer that was blocked before it began has a prompt and a total, and nothing between them. */
function restOf(counts: JsonObject, prompt: number | undefined): number | undefined {
  const total = countOf(counts['totalTokenCount'])
  return total === undefined || prompt === undefined ? undefined : Math.max(0, total - prompt)
}

const sum = (a: number | undefined, b: number | undefined) =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)

function audioIn(details: JsonValue | undefined): number | undefined {
  if (details === undefined) return undefined
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
