/** OpenAI's library adds its own reading of an answer to it (`parsed`, `parsed_arguments`), which its API does not take back. */
export function withoutParsed<T extends object>(value: T): T {
  const text = JSON.stringify(value, (name, member) =>
    name === 'parsed' || name === 'parsed_arguments' ? undefined : member,
  )
  return JSON.parse(text) as T
}
