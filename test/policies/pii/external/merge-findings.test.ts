import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Finding } from '../../../../policies/pii/detect/finding.js'
import { mergeFindings, mergeFound } from '../../../../policies/pii/external/merge-findings.js'
import { atOnce } from '../at-once.js'

const finding = (entity: string, start: number, end: number): Finding => {
  return { entity, start, end, confidence: 0.9, recognizer: 'x' }
}
const brief = (findings: readonly Finding[]) => findings.map(({ entity, start, end }) => [entity, start, end])

test('what has a form stays as it is, also under a longer finding of another', () => {
  const merged = mergeFindings([finding('email', 10, 20)], [finding('person', 0, 12), finding('person', 30, 34)])
  assert.deepEqual(brief(merged), [
    ['email', 10, 20],
    ['person', 30, 34],
  ])
})

test('names that overlap are one, called as the longer', () => {
  const own = [finding('person', 0, 4), finding('location', 20, 25)]
  const merged = mergeFindings(own, [finding('person', 0, 8), finding('organization', 12, 25), finding('nrp', 24, 30)])
  assert.deepEqual(brief(merged), [
    ['person', 0, 8],
    ['organization', 12, 30],
  ])
})

test('the findings of texts are put together text by text', () => {
  const merged = atOnce(mergeFound([[], [finding('email', 0, 5)]], [[finding('person', 0, 2)], []]))
  assert.deepEqual(merged.map(brief), [[['person', 0, 2]], [['email', 0, 5]]])
})

/** Findings in order, without overlaps. */
const findings = (...entities: readonly string[]) =>
  fc
    .array(fc.record({ gap: fc.nat(4), length: fc.integer({ min: 1, max: 6 }), entity: fc.constantFrom(...entities) }))
    .map((written) => {
      let at = 0
      return written.map(({ gap, length, entity }) => {
        const start = at + gap
        at = start + length
        return finding(entity, start, at)
      })
    })

test('merged findings are in order, do not overlap, and cover all of our own and of others what no form covers', () => {
  fc.assert(
    fc.property(findings('email', 'person', 'location'), findings('person', 'nrp'), (own, others) => {
      const merged = mergeFindings(own, others)
      for (const [index, { start }] of merged.entries()) assert.ok((merged[index - 1]?.end ?? 0) <= start)
      const covered = (at: number) => merged.some(({ start, end }) => start <= at && at < end)
      const forms = own.filter(({ entity }) => entity === 'email')
      for (const form of forms) assert.ok(merged.includes(form))
      const apart = others.filter(({ start, end }) => forms.every((form) => end <= form.start || form.end <= start))
      for (const { start, end } of [...own, ...apart]) {
        for (let at = start; at < end; at++) assert.ok(covered(at))
      }
    }),
  )
})
