import type { ChatEvent, ChatRequest } from './chat.js'
import { type ClientBody, changedBody } from './client-body.js'
import { writeJson } from './json-writer.js'
import type { Adjustment, Dialect, EncodedRequest, WireTarget } from './provider.js'
import type { Target } from './settings.js'
import type { Transform } from './transform.js'
import { atOnce, inTurns, LONG, type Steps, type Turns } from './turns.js'

/** What a request is translated from. */
export interface Translatable {
  readonly dialect: Dialect
  readonly request: ChatRequest
  /** The client's own body, when no policy changed the request; the same dialect then passes it on byte for byte. */
  readonly original: ClientBody | undefined
  /** Bytes of the body that the client has sent. */
  readonly length: number
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

/** The body for `target`, as its dialect writes and its provider wants it; of a long request in turns. */
export function translate(from: Translatable, target: Target, turns: Turns): Translated | Promise<Translated> {
  const { provider } = target.upstream
  const isLong = from.length > LONG
  if (provider.dialect === from.dialect && from.original) {
    const patching = patched(from, from.original, target)
    return isLong ? inTurns(patching, turns) : atOnce(patching)
  }
  if (isLong) return inTurns(encodedInSteps(from, target), turns)
  const encoded = provider.dialect.encodeRequest(askedOf(from, target), target.limits)
  const { body, told } = finished(encoded, from, target)
  return { body: encoder.encode(JSON.stringify(body)), ...told }
}

function askedOf(from: Translatable, target: Target): ChatRequest {
  const maxOutputTokens = lower(from.request.maxOutputTokens, capAt(from, target))
  return { ...from.request, model: target.model, maxOutputTokens }
}

function* encodedInSteps(from: Translatable, target: Target): Steps<Translated> {
  const { dialect } = target.upstream.provider
  const asked = askedOf(from, target)
  const encoded = dialect.encodeInSteps
    ? yield* dialect.encodeInSteps(asked, target.limits)
    : dialect.encodeRequest(asked, target.limits)
  const { body, told } = finished(encoded, from, target)
  return { body: yield* writeJson(body), ...told }
}

/** What the provider wants of what its dialect has written. */
function finished({ body, dropped, emulated = NONE, restore }: EncodedRequest, from: Translatable, target: Target) {
  const adjusted = target.upstream.provider.adjust?.(body, wireTarget(target, from.request))
  return {
    body: adjusted ? { ...body, ...adjusted.members } : body,
    told: { ...reports(dropped, emulated, adjusted), ...(restore && { restore }) },
  }
}

function* patched(from: Translatable, original: ClientBody, target: Target): Steps<Translated> {
  const { provider } = target.upstream
  const { dialect } = provider
  const changes = dialect.patchRequest(original.value, target.model, capAt(from, target))
  const lost = dialect.lostInPatch?.(original.value) ?? NONE
  if (!provider.adjust) return { body: yield* changedBody(original, changes), dropped: lost, emulated: NONE }
  const adjusted = provider.adjust(Object.assign({}, original.value, changes), wireTarget(target, from.request))
  const { dropped, emulated } = reports(lost, NONE, adjusted)
  const isFine = Object.keys(adjusted.members).length === 0
  const all = isFine ? changes : Object.assign({}, changes, adjusted.members)
  return { body: yield* changedBody(original, all), dropped, emulated }
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
