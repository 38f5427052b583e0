import { setTimeout } from 'node:timers/promises'
import { asideReader } from '../../cli/read-aside.js'

// Reads the file that it is told, as after each of a few changes, and rests for so many milliseconds.
const reader = asideReader(process.argv[2] ?? '', process.env)
reader.prepare()
for (let readings = 0; readings < 3; readings++) await reader.read()
await setTimeout(Number(process.argv[3] ?? 0))
