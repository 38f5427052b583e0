import type { Readable } from 'node:stream'

/** Passes text on line by line, so that lines of several sources do not run into each other. A last line without an end gets one. */
export function passLines(from: Readable, to: { write(line: string): unknown }): void {
  let tail = ''
  from.setEncoding('utf8')
  from.on('data', (chunk: string) => {
    const lines = (tail + chunk).split('\n')
    tail = lines.pop() ?? ''
    for (const line of lines) to.write(`${line}\n`)
  })
  from.on('end', () => {
    if (tail !== '') to.write(`${tail}\n`)
  })
}
