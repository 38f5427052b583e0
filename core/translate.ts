import type { ChatEvent, ChatRequest } from './chat.js'
import { type ClientBody, changedBody } from './client-body.js'
import type { JsonObject } from './json.js'
import type { Adjustment, Dialect, WireTarget } from './provider.js'
import type { Target } from './settings.js'
import type { Transform } from './transform.js'

/** What a request is translated from. */
export interface Translatable {
  readonly dialect: Dialect
  readonly request: ChatRequest
  /** The client's own body, when no policy changed the request; the same dialect then passes it on byte for byte. */
  readonly original: ClientBody | undefined
  /** The most output tokens of one choice that providers are told to give. */
  readonly outputCap?: number
}

/** A request as a target is sent it. */
export interface Translated {
  readonly body: Uint8Array
  /** Client fields that are not in it, and those that are met in another way, by their path in the client's dialect. */
  readonly dropped: readonly string[]
  readonly emulated: readonly string[]
  /** Undoes in the answer what emulation did to it. */
  restore?(): Transform<ChatEvent, ChatEvent>
}

/** The body for `target`, as its dialect writes and its provider wants it. */
export function translate(from: Translatable, target: Target): Translated {
  const { provider } = target.upstream
  if (provider.dialect === from.dialect && from.original) return patched(from, from.original, target)
  const { request } = from
  const maxOutputTokens = lower(request.maxOutputTokens, capAt(from, target))
  const asked = { ...request, model: target.model, maxOutputTokens }
  const { body, dropped, emulated = NONE, restore } = provider.dialect.encodeRequest(asked, target.limits)
  const adjusted = provider.adjust?.(body, wireTarget(target, request))
  return {
    body: toBytes(adjusted ? { ...body, ...adjusted.members } : body),
    ...reports(dropped, emulated, adjusted),
    ...(restore && { restore }),
  }
}

function patched(from: Translatable, original: ClientBody, target: Target): Translated {
  const { provider } = target.upstream
  const { dialect } = provider
  const changes = dialect.patchRequest(original.value, target.model, capAt(from, target))
  const lost = dialect.lostInPatch?.(original.value) ?? NONE
  if (!provider.adjust) return { body: changedBody(original, changes), dropped: lost, emulated: NONE }
  const adjusted = provider.adjust({ ...original.value, ...changes }, wireTarget(target, from.request))
  return { body: changedBody(original, { ...changes, ...adjusted.members }), ...reports(lost, NONE, adjusted) }
}

const NONE: readonly string[] = []

function reports(
  dropped: readonly string[],
  emulated: readonly string[],
  adjusted: Adjustment | undefined,
): Pick<Translated, 'dropped' | 'emulated'> {
  if (!adjusted) return { dropped, emulated }
  return { dropped: union(dropped, adjusted.dropped), emulated: union(emulated, adjusted.emulated ?? NONE) }
}

function union(some: readonly string[], more: readonly string[]): readonly string[] {
  if (more.length === 0) return some
  return some.length === 0 ? more : [...new Set([...some, ...more])]
}

const NO_OPTIONS = {}

/** What a provider is told of a target when it builds a request for it. */
export function wireTarget({ model, upstream }: Target, { stream }: ChatRequest): WireTarget {
  const { basePath, options = NO_OPTIONS } = upstream
  return { model, basePath, stream, options }
}

/** The cap for this target: no provider is asked for more than its model can give. */
function capAt({ outputCap }: Translatable, { limits }: Target): number | undefined {
  return outputCap === undefined ? undefined : lower(outputCap, limits.maxOutput)
}

function lower(asked: number | undefined, cap: number | undefined): number | undefined {
  return asked === undefined || cap === undefined ? (asked ?? cap) : Math.min(asked, cap)
}

const encoder = new TextEncoder()
const toBytes = (body: JsonObject) => encoder.encode(JSON.stringify(body))
