import assert from 'node:assert/strict'
import type { JsonObject } from '../../../core/json.js'
import type { Dialect, RequestPlace } from '../../../core/provider.js'
import { surfacesOf } from '../../../policies/content/surfaces.js'

/** A body in which every string that somebody may have written comes from `say`, and names of members of data where they do. */
export type SaidBody = (say: () => string) => JsonObject

const MARK = /Zq\d+x/g

/**
 * Holds that all that was said is content and nothing else is; that the rest of the strings stays when content is replaced; and
 * that what is said to be unscannable is.
 */
export function assertContent(
  dialect: Dialect,
  body: SaidBody,
  unscannable: readonly string[],
  place?: RequestPlace,
): void {
  const { contentOf } = dialect
  assert.ok(contentOf)
  const said: string[] = []
  const request = body(() => {
    said.push(`Zq${said.length}x`)
    return `${said.at(-1)} hello`
  })
  const surfaces = surfacesOf(request, contentOf)
  const found = surfaces.sites.flatMap(({ text }) => text.match(MARK) ?? [])
  assert.deepEqual([...found].sort(), [...said].sort(), 'all that was said')
  assert.deepEqual(
    surfaces.sites.filter(({ text, kind }) => kind !== 'key' && !text.includes('Zq')),
    [],
    'and nothing else',
  )
  assert.deepEqual(surfaces.unscannable, unscannable)
  const rewritten = { ...request, ...surfaces.rewritten(({ text }) => text.replace(MARK, 'GONE')) }
  assert.ok(!JSON.stringify(rewritten).includes('Zq'))
  assert.equal(withoutText(rewritten), withoutText(request))
  assert.doesNotThrow(() => dialect.decodeRequest(request, place))
  assert.doesNotThrow(() => dialect.decodeRequest(rewritten, place))
}

const withoutText = (body: JsonObject) => JSON.stringify(body).replace(/(Zq\d+x|GONE) hello/g, '')

/** A text as a file would be sent, in base64. */
export const inBase64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')

/** The beginning of a picture, in base64. */
export const PICTURE = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64')
