import { ANSWER_MEMBER, ANSWER_METADATA, ANSWER_SEPARATOR, REQUEST_LINE_HEADER, SET_PREFIX } from '../extproc/names.js'
import { SEND_ALONG } from './body-script.js'

/**
 * What a provider's cluster does by itself with a request that is answered directly, as Lua. Of the client's headers nothing is left but the
 * body's length, which the router level has set. The answer is held until it is whole, so that a provider that breaks off or takes too long
 * has not answered for Envoy's router. A failure of unknown length goes on at once, because the router level gives its message a limited
 * time; what is beyond `MOST_OF_AN_ERROR` bytes of it nobody reads. The provider's headers leave the response, those that the route adds stay. A short answer
 * goes along with what is left of them.
 */
export const DIRECT_SCRIPT = `
${SEND_ALONG}

local PREFIX = '${SET_PREFIX}'
local SEPARATOR = '\\${ANSWER_SEPARATOR.charCodeAt(0)}'
local MOST_OF_AN_ERROR = 65536
local COLON = 58

function envoy_on_request(handle)
  local headers = handle:headers()
  local line = headers:get('${REQUEST_LINE_HEADER}')
  if line == nil then return end
  local gone, set = {}, {}
  for name, value in pairs(headers) do
    if name:byte(1) ~= COLON and name ~= 'content-length' then
      gone[#gone + 1] = name
      if name:sub(1, #PREFIX) == PREFIX then set[name:sub(#PREFIX + 1)] = value end
    end
  end
  for i = 1, #gone do headers:remove(gone[i]) end
  for name, value in pairs(set) do headers:add(name, value) end
  local method, scheme, authority, path = line:match('^(%S+) (%S+) (%S+) (.+)$')
  headers:replace(':method', method)
  headers:replace(':scheme', scheme)
  headers:replace(':authority', authority)
  headers:replace(':path', path)
  headers:replace('accept-encoding', 'identity')
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local status, length = headers:get(':status'), tonumber(headers:get('content-length') or '')
  local gone, told = {}, { status }
  for name, value in pairs(headers) do
    if name:byte(1) ~= COLON then
      gone[#gone + 1] = name
      told[#told + 1] = name
      told[#told + 1] = value
    end
  end
  for i = 1, #gone do headers:remove(gone[i]) end
  handle:streamInfo():dynamicMetadata():set('${ANSWER_METADATA}', '${ANSWER_MEMBER}', table.concat(told, SEPARATOR))
  if status < '300' or (length ~= nil and length <= MOST_OF_AN_ERROR) then
    send_along(handle, handle:body())
    return
  end
  local size = 0
  for chunk in handle:bodyChunks() do
    size = size + chunk:length()
    if size > MOST_OF_AN_ERROR then chunk:setBytes('') end
  end
end
`.trim()
