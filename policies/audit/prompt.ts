import type { ChatRequest, Message, Source, Tool } from '../../core/chat.js'
import { eachStepwise, ITEMS_TOGETHER, type Steps } from '../../core/turns.js'
import { bytesIn } from './bytes-in.js'
import { jsonWithoutBytes, type Member, membersWithoutBytes } from './json-without-bytes.js'
import type { Said } from './said.js'

type AnyPart = Message['content'][number]
type Role = Message['role']

/** Units that a message takes, a part, and what is written in JSON where that is short. */
const MESSAGE = 2
const PART = 1
const WRITTEN = 4

/** Everything that a request says, in its order; of pictures, files and sound what they are and how large. */
export function* promptOf(request: ChatRequest): Steps<readonly Said[]> {
  const { tools, messages, responseFormat, metadata, extras } = request
  const said: Said[] = []
  yield* eachStepwise(
    tools,
    () => WRITTEN,
    (tool) => add(said, { role: 'definition', kind: 'tool' }, toolText(tool)),
  )
  yield* addMessages(said, messages)
  if (responseFormat?.type === 'json-schema') {
    const { name, description, schema } = responseFormat
    yield* add(said, { role: 'definition', kind: 'format' }, jsonWithoutBytes({ name, description, schema }))
  }
  if (metadata || extras.fields.size > 0) {
    const text = membersWithoutBytes(membersOf(request), extras.fields.size)
    yield* add(said, { role: 'request', kind: 'members' }, text)
  }
  return said
}

function* add(said: Said[], { role, kind }: Said, text: Steps<string>): Steps<void> {
  said.push({ role, kind, text: yield* text })
}

/** A member of the client's own takes the place of one that has its name. */
function* membersOf({ metadata, extras: { fields } }: ChatRequest): Generator<Member> {
  const given = fields.get('metadata')
  if (metadata) yield ['metadata', given === undefined ? metadata : given]
  for (const member of fields) if (!metadata || member[0] !== 'metadata') yield member
}

function toolText(tool: Tool): Steps<string> {
  if (tool.kind === 'opaque') return jsonWithoutBytes(tool.value)
  const { name, description } = tool
  return jsonWithoutBytes(
    tool.kind === 'function'
      ? { name, description, parameters: tool.parameters }
      : { name, description, format: tool.format },
  )
}

function* addMessages(said: Said[], messages: readonly Message[]): Steps<void> {
  let worked = 0
  for (const { role, content } of messages) {
    worked = yield* eachStepwise<AnyPart>(content, unitsOf, (part) => addPart(said, role, part), worked + MESSAGE)
    if (worked < ITEMS_TOGETHER) continue
    yield worked
    worked = 0
  }
}

const unitsOf = ({ type }: AnyPart) => (type === 'opaque' ? WRITTEN : PART)

/** In steps what may be long. */
function addPart(said: Said[], role: Role, part: AnyPart): Steps<void> | undefined {
  switch (part.type) {
    case 'text':
      said.push({ role, kind: role === 'tool' ? 'tool-result' : 'text', text: part.text })
      return
    case 'refusal':
      said.push({ role, kind: 'refusal', text: part.text })
      return
    case 'reasoning':
      // Thinking that only its provider can read says nothing to anybody else.
      if (part.text !== '') said.push({ role, kind: 'reasoning', text: part.text })
      return
    case 'tool-call':
      said.push({ role, kind: 'tool-call', name: part.name, text: part.arguments })
      return
    case 'image':
    case 'file':
      return addMedia(said, { role, kind: part.type }, part.source)
    case 'audio':
      return addMedia(
        said,
        { role, kind: 'audio' },
        { kind: 'data', mediaType: `audio/${part.format}`, data: part.data },
      )
    case 'opaque':
      return add(said, { role, kind: 'opaque' }, jsonWithoutBytes(part.value))
  }
}

/** Types that clients send; any other word could be anything. */
const MEDIA_TYPES: ReadonlySet<string> = new Set([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/heic', 'image/heif', 'image/svg+xml'],
  ...['audio/wav', 'audio/mp3', 'audio/mpeg', 'audio/ogg', 'audio/flac', 'audio/aac', 'audio/opus', 'audio/webm'],
  ...['audio/pcm16', 'audio/mp4', 'video/mp4', 'video/webm', 'application/pdf', 'application/json'],
  ...['text/plain', 'text/csv', 'text/html', 'text/markdown'],
])

function* addMedia(said: Said[], what: Said, source: Source): Steps<void> {
  const { mediaType } = source
  const media = mediaType !== undefined && MEDIA_TYPES.has(mediaType) ? { media: mediaType } : {}
  said.push(source.kind === 'data' ? { ...what, ...media, bytes: yield* bytesIn(source.data) } : { ...what, ...media })
}
