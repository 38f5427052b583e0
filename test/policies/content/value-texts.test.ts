import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../../../core/json.js'
import { mapTexts } from '../../../policies/content/value-texts.js'

function textsOf(value: JsonValue): readonly string[] {
  const texts: string[] = []
  mapTexts(value, ({ text }) => {
    texts.push(text)
    return undefined
  })
  return texts.filter((text) => !/^\w+$/.test(text) || text.length > 20)
}

const PICTURE = Buffer.from('89504e470d0a1a0a0000000d49484452'.repeat(6), 'hex').toString('base64')

test('a picture or sound is no text, be it alone or in a data URL', () => {
  const long = 'iVBORw0K'.repeat(600)
  assert.deepEqual(textsOf({ url: `data:image/png;base64,${PICTURE}`, data: PICTURE, b64_json: long, note: long }), [])
  assert.deepEqual(textsOf({ data: long.replace(/.{76}/g, '$&\n') }), [])
})

test('what only begins like bytes is a text', () => {
  const long = 'iVBORw0K'.repeat(600)
  for (const text of [
    ...['data:;base64, evil words', `data:image/png;base64,${PICTURE} evil words`, 'data:image/png;base64,evil'],
    ...[`data:evil words;base64,${PICTURE}`, `${long} evil words`, `${long}\nevil`, `${PICTURE}, evil`],
  ]) {
    assert.deepEqual(textsOf({ note: text, data: text }), [text, text])
  }
})
