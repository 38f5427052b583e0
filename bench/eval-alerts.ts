import { DAYS, monthOf, PROFILE_NAMES } from './alerts-month.js'
import { type Foretold, type Found, findSpikes, foretell } from './alerts-score.js'

/** Prints how well spikes are found and overruns foretold in synthetic months, as the tables of docs/alerts.md. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const SIZES = [3, 5, 10]

const percent = (part: number, whole: number) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`)

function spikeRow(name: string, found: readonly Found[]): string {
  const right = total(found, ({ right }) => right)
  const wrong = total(found, ({ wrong }) => wrong)
  const recalls = SIZES.map((size) => {
    const hit = total(found, ({ spikes }) => spikes[size]?.[0] ?? 0)
    return percent(hit, hit + total(found, ({ spikes }) => spikes[size]?.[1] ?? 0))
  })
  return `| ${[name, right, wrong, percent(right, right + wrong), ...recalls].join(' | ')} |`
}

function outlookRow(name: string, told: readonly Foretold[]): string {
  const of = (member: keyof Foretold) => total(told, (each) => each[member])
  const [right, wrong, missed] = [of('right'), of('wrong'), of('missed')]
  const cells = [
    ...[name, of('asked'), percent(right, right + wrong), percent(right, right + missed)],
    ...[percent(of('within'), of('asked')), percent(of('timesWithin'), of('timesAsked'))],
  ]
  return `| ${cells.join(' | ')} |`
}

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0)
}

const monthsWith = (planted: 'spikes' | 'nothing') =>
  PROFILE_NAMES.map((name) => ({ name, months: SEEDS.map((seed) => monthOf(name, seed, planted)) }))
const out = (line: string) => process.stdout.write(`${line}\n`)

out('| traffic | right alerts | wrong alerts | precision | recall x3 | recall x5 | recall x10 |')
out('| --- | --- | --- | --- | --- | --- | --- |')
const spiky = monthsWith('spikes')
const found = spiky.map(({ name, months }) => ({ name, found: months.map(findSpikes) }))
for (const { name, found: each } of found) out(spikeRow(name, each))
out(
  spikeRow(
    '**all**',
    found.flatMap(({ found }) => found),
  ),
)
out('')
out('| window | traffic | questions | precision | recall | total within 80 % | time within 80 % |')
out('| --- | --- | --- | --- | --- | --- | --- |')
const calm = monthsWith('nothing')
for (const [window, days] of [
  ['day', 1],
  ['week', 7],
  ['month', DAYS],
] as const) {
  const told = calm.map(({ name, months }) => ({ name, told: months.map((month) => foretell(month, days)) }))
  for (const { name, told: each } of told) out(`| ${window} ${outlookRow(name, each)}`)
  out(
    `| ${window} ${outlookRow(
      '**all**',
      told.flatMap(({ told }) => told),
    )}`,
  )
  const months = spiky.flatMap(({ months }) => months)
  out(
    `| ${window} ${outlookRow(
      'all, with the spikes',
      months.map((month) => foretell(month, days)),
    )}`,
  )
}
