import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('./collect-rarely-process.js', import.meta.url))

/** By how much the heap has grown since the full collection before, at each but the first. */
function growths(how: 'rarely' | 'as usual'): readonly number[] {
  const traced = execFileSync(process.execPath, ['--max-semi-space-size=1', '--trace-gc', ENTRY, how], {
    encoding: 'utf8',
  })
  const collections = [...traced.matchAll(/Mark-Compact (?:\(\w+\) )?([\d.]+) \([\d.]+\) -> ([\d.]+) /g)]
  return collections.slice(1).map(([, before], index) => Number(before) / Number(collections[index]?.[2]))
}

test('the heap grows by half between two full collections', () => {
  const rarely = growths('rarely')
  assert.ok(rarely.length > 1, `${rarely.length} full collections are too few to tell`)
  // V8 itself lets this heap grow to four times and more; what is young counts too.
  for (const growth of rarely) assert.ok(growth > 1.4 && growth < 2.5, `grown to ${growth} times`)
})
