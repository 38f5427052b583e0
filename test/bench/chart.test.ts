import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barChart } from '../../bench/chart.js'

const value = { median: 1, low: 0.5, high: 2 }
const chart = barChart({
  title: 'a < b & "c"',
  unit: 'x',
  bars: [
    { label: 'half', value: { median: 0.5, low: 0.5, high: 0.5 }, kind: 'other' },
    { label: 'one', value, kind: 'own' },
  ],
  marks: [{ at: 1.2, label: 'goal' }],
})

test('bars are as long as their medians are, beside the highest value', () => {
  const widths = [...chart.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width))
  assert.deepEqual(widths, [95, 190])
  assert.match(chart, /<path d="M385 \d+H670"/)
})

test('words are escaped, and every bar has its label and its value', () => {
  assert.match(chart, /<title>a &lt; b &amp; &quot;c&quot;<\/title>/)
  for (const words of ['half', 'one', '0.50x', '1.00x', 'goal']) assert.ok(chart.includes(`>${words}</text>`), words)
})

test('negative values and charts without bars stay within the picture', () => {
  const empty = barChart({ title: 't', unit: 'x', bars: [], marks: [] })
  const below = barChart({
    ...{ title: 't', unit: ' ms', marks: [] },
    bars: [{ label: 'l', value: { median: -1, low: -2, high: 0 }, kind: 'own' }],
  })
  for (const svg of [empty, below]) assert.doesNotMatch(svg, /NaN|Infinity|width="-/)
})
