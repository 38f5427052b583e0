import { BASE64_BODY_HEADER, BODY_HEADER, DIRECT_ROUTE } from '../extproc/names.js'

/** Bodies up to this many bytes go along with their headers: copying longer ones takes as long as a message of their own. */
const MOST_ALONG = 32_768

/** Lua that sends a body along with its headers, as a header. A header holds all bytes but three. */
export const SEND_ALONG = `
local MOST_ALONG = ${MOST_ALONG}

local function send_along(handle, body)
  if body == nil or body:length() > MOST_ALONG then return end
  local text = body:getBytes(0, body:length())
  if text:find('\\n', 1, true) or text:find('\\r', 1, true) or text:find('\\0', 1, true) then
    handle:headers():add('${BASE64_BODY_HEADER}', handle:base64Escape(text))
  else
    handle:headers():add('${BODY_HEADER}', text)
  end
end
`.trim()

/**
 * What Envoy does with a request of ours before the router level sees it, as Lua: waits for a short body whose length is known, and
 * sends it along with the headers. In other routes nothing but what a client claims to be a body is taken away.
 */
export const BODY_SCRIPT = `
${SEND_ALONG}

function envoy_on_request(handle)
  local headers = handle:headers()
  headers:remove('${BODY_HEADER}')
  headers:remove('${BASE64_BODY_HEADER}')
  local length = tonumber(headers:get('content-length') or '')
  if length == nil or length < 1 or length > MOST_ALONG then return end
  if handle:streamInfo():routeName() == '${DIRECT_ROUTE}' then send_along(handle, handle:body()) end
end
`.trim()
