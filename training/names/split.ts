/**
 * What is learned from and what is kept to measure with; training and measuring share it. All of it depends on the texts alone, so that
 * nobody has to keep lists.
 */

function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}

/** One sentence pattern in five is kept. Patterns differ by what stands between their slots, whatever case and slots they have. */
function isKeptTemplate(template: string): boolean {
  const plain = template
    .replace(/\{\{[^}]*\}\}/g, ' ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  // Patterns of slots alone differ by their slots.
  return hash(plain === '' ? template.toLowerCase() : plain) % 5 === 1
}

/** Two of seven people are kept: a document's id begins with its writer's name. */
function isKeptUser(id: string): boolean {
  const user = id.split('_')[0] ?? id
  return hash(user) % 7 < 3
}

/** Two texts in five of those with nothing to find, and of the other small sets, are kept. */
function isKeptText(id: string): boolean {
  return hash(id) % 5 < 2
}

/** One listed name in ten is kept out of the lists and of whatever is made up to learn from. */
export function isKeptName(name: string): boolean {
  return hash(name.toLowerCase()) % 10 === 3
}

/** Whether a labelled text is kept to measure with. `set` is its file's name without the ending. */
export function isKept({
  id,
  set,
  template,
}: {
  readonly id: string
  readonly set: string
  readonly template: string
}): boolean {
  if (template !== '') return isKeptTemplate(template)
  return set === 'lifebench' ? isKeptUser(id) : isKeptText(id)
}
