import { collectRarely } from '../../cli/collect-rarely.js'

// Keeps some megabytes, of which it always replaces the oldest.
if (process.argv[2] === 'rarely') collectRarely()
const kept: number[][] = []
for (let index = 0; index < 2_500_000; index++) {
  const numbers: number[] = new Array(60)
  kept[index % 50_000] = numbers.fill(index)
}
