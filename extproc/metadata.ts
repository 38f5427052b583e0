import { readFields } from './protobuf.js'

/** Calls `each` for the entries of a message's map in field 1. */
export function eachEntry(message: Buffer, each: (key: string, value: Buffer) => void): void {
  readFields(message, (number, entry) => {
    if (number !== 1) return
    let key = ''
    let value = entry.subarray(0, 0)
    readFields(entry, (part, bytes) => {
      if (part === 1) key = bytes.toString()
      else if (part === 2) value = bytes
    })
    each(key, value)
  })
}

/** The text of this name in a namespace of an `envoy.config.core.v3.Metadata`; undefined where there is none. */
export function textIn(metadata: Buffer, namespace: string, member: string): string | undefined {
  let text: string | undefined
  eachEntry(metadata, (name, struct) => {
    if (name !== namespace) return
    eachEntry(struct, (key, value) => {
      if (key !== member) return
      readFields(value, (number, bytes) => {
        if (number === 3) text = bytes.toString()
      })
    })
  })
  return text
}
